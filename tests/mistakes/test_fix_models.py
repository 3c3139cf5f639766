"""Fixes that make a model again: what the new model computes, and what it keeps of the old one."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

RNG = np.random.default_rng(0)


def values(*shape):
    return RNG.normal(size=shape).astype("float32")


def sequential(*steps, shape=(5, 2)):
    return keras.Sequential([keras.Input(shape), *steps])


def fixed(mistake, **names):
    """Run the fix of a problem; return what is left of the names, and what check says then."""
    given = {key: names[key] for key in ("loss", "shuffle") if key in names}
    report = unrolled.check(names["model"], names["x"], names.get("y"), **given)
    (problem,) = (p for p in report.problems if p.mistake == mistake)
    assert not problem.fix_is_example, problem.fix
    space = {"np": np, "keras": keras, "unrolled": unrolled, **names}
    exec(problem.fix, space)
    given = {key: space[key] for key in ("loss", "shuffle") if key in space}
    after = unrolled.check(space["model"], space["x"], space.get("y"), **given)
    return space, [p.mistake for p in after.problems]


def example(mistake, model, x, y=None, **given):
    """Return the fix of a problem that is but an example."""
    problems = unrolled.check(model, x, y, **given).problems
    (problem,) = (p for p in problems if p.mistake == mistake)
    assert problem.fix_is_example
    compile(problem.fix, "<fix>", "exec")
    return problem.fix


def test_a_wider_end_keeps_optimizer_loss_and_metrics():
    model = sequential(layers.LSTM(4), layers.Dense(1, name="last"))
    model.compile(keras.optimizers.Adam(0.05), "mae", metrics=["mse"])
    space, left = fixed(
        "labels-of-another-width",
        model=model,
        x=values(8, 5, 2),
        y=values(8, 3),
    )
    new = space["model"]
    assert left == []
    assert new.output_shape == (None, 3)
    assert new.loss == "mae"
    assert float(new.optimizer.learning_rate) == pytest.approx(0.05)
    assert "mse" in new.evaluate(
        space["x"], space["y"], verbose=0, return_dict=True
    )


def test_a_layer_of_your_own_cannot_be_made_again():
    class Twice(layers.Layer):
        def call(self, x):
            return 2 * x

    model = sequential(layers.LSTM(4), Twice(), layers.Dense(1, name="last"))
    fix = example(
        "labels-of-another-width",
        model,
        values(8, 5, 2),
        values(8, 3),
        loss="mse",
    )
    assert fix == "# keras.layers.Dense(3) in place of last"


def test_a_loss_of_your_own_cannot_be_compiled_again():
    def own(y, outputs):
        return keras.ops.mean((y - outputs) ** 2, axis=-1)

    model = sequential(layers.LSTM(4), layers.Dense(1, "tanh"))
    model.compile("adam", own)
    example("labels-out-of-reach", model, values(8, 5, 2), 9 + values(8, 1))


def test_an_end_with_probabilities_gives_probabilities():
    model = sequential(layers.LSTM(4), layers.Dense(3))
    model.compile("adam", "sparse_categorical_crossentropy")
    x = values(6, 5, 2)
    space, left = fixed(
        "logits-taken-for-probabilities", model=model, x=x, y=np.arange(6) % 3
    )
    assert left == []
    sums = space["model"].predict(x, verbose=0).sum(axis=-1)
    assert sums == pytest.approx(np.ones(6), abs=1e-5)


def test_the_last_output_alone_is_that_of_the_same_weights():
    model = sequential(layers.LSTM(4, return_sequences=True), layers.Dense(1))
    model.compile("adam", "mse")
    x = values(8, 5, 2)
    space, left = fixed(
        "one-label-for-outputs-at-every-step", model=model, x=x, y=values(8, 1)
    )
    assert left == []
    old, new = (m.predict(x, verbose=0) for m in (model, space["model"]))
    assert np.allclose(new, old[:, -1])


def test_outputs_from_last_to_first_are_turned_round():
    entry = keras.Input((5, 2), name="past")
    h = layers.GRU(3, go_backwards=True, return_sequences=True)(entry)
    model = keras.Model({"past": entry}, layers.Dense(1)(h))
    x = {"past": values(8, 5, 2)}
    space, left = fixed(
        "go-backwards-returns-the-last-step-first",
        model=model,
        x=x,
        y=values(8, 5, 1),
    )
    assert left == []
    old, new = (m.predict(x, verbose=0) for m in (model, space["model"]))
    assert np.allclose(new, old[:, ::-1])


@pytest.mark.parametrize(
    "middle",
    [
        lambda: layers.Conv1D(4, 3, padding="causal"),
        lambda: layers.Conv1D(4, 1),
    ],
)
@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_a_mask_that_is_passed_on_leaves_padding_out(middle):
    model = sequential(
        layers.Masking(), middle(), layers.LSTM(2), shape=(None, 2)
    )
    rows = values(1, 3, 2)
    x = np.concatenate([rows, np.zeros((1, 3, 2), "float32")], axis=1)
    space, left = fixed("mask-is-lost", model=model, x=x)
    assert left == []
    padded, plain = (space["model"].predict(a, verbose=0) for a in (x, rows))
    assert np.allclose(padded, plain, atol=1e-6)


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_flatten_gives_way_to_a_mean_of_the_steps():
    model = sequential(
        layers.Embedding(10, 4, mask_zero=True),
        layers.Flatten(),
        layers.Dense(1),
        shape=(5,),
    )
    x = np.array([[3, 1, 4, 0, 0], [5, 9, 2, 6, 0]])
    space, left = fixed("mask-is-lost", model=model, x=x)
    assert left == []
    changed = x.copy()
    changed[:, 3:] = 0
    new = space["model"]
    assert new.output_shape == (None, 1)
    assert new.predict(x, verbose=0)[0] == pytest.approx(
        new.predict(changed, verbose=0)[0]
    )


@pytest.mark.parametrize(("steps", "expected"), [(3, True), (9, False)])
def test_a_batch_that_is_not_filled(steps, expected):
    model = keras.Sequential(
        [keras.Input(batch_shape=(4, 5, 2)), layers.LSTM(3, stateful=True)]
    )
    space, left = fixed(
        "samples-not-a-multiple-of-the-stateful-batch",
        model=model,
        x=values(steps, 5, 2),
    )
    assert left == []
    assert (space["model"].input_shape[0] == steps) is expected
    assert len(space["x"]) == (3 if expected else 8)


def encoder_and_decoder(layer, chosen):
    source, target = keras.Input((5, 2)), keras.Input((4, 2))
    states = layers.LSTM(3, return_state=True)(source)[1:]
    outputs = layer(target, initial_state=[states[k] for k in chosen])
    x = [values(2, 5, 2), values(2, 4, 2)]
    return keras.Model([source, target], outputs), x


def test_states_are_given_in_their_order():
    model, x = encoder_and_decoder(layers.LSTM(3), (1, 0))
    space, left = fixed("states-in-the-wrong-order", model=model, x=x)
    assert left == []
    right, _ = encoder_and_decoder(layers.LSTM(3), (0, 1))
    right.set_weights(space["model"].get_weights())
    assert np.allclose(
        right.predict(x, verbose=0), space["model"].predict(x, verbose=0)
    )


def test_a_state_too_many_is_left_out():
    model, x = encoder_and_decoder(layers.GRU(3), (0, 1))
    space, left = fixed("more-states-than-the-layer-has", model=model, x=x)
    assert left == []
    # Keras read the first one alone before
    model.set_weights(space["model"].get_weights())
    before, after = (m.predict(x, verbose=0) for m in (model, space["model"]))
    assert np.allclose(before, after)


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_a_layer_that_shortens_a_sequence_cannot_pass_its_mask_on():
    model = sequential(layers.Masking(), layers.Conv1D(4, 3), layers.LSTM(2))
    x = values(2, 5, 2)
    x[0, 3:] = 0
    assert "compute_mask" in example("mask-is-lost", model, x)


def test_ctc_gets_as_many_steps_and_classes_as_its_labels_need():
    steps = [
        layers.MaxPooling1D(3),
        layers.LSTM(4, return_sequences=True),
        layers.Dense(5, name="last"),
    ]
    model = sequential(*steps, shape=(12, 3))
    model.compile("adam", "ctc")
    x, y = values(2, 12, 3), np.array([[1, 2, 3, 4], [2, 2, 3, 3]])
    space, left = fixed(
        "labels-longer-than-the-output-of-ctc", model=model, x=x, y=y
    )
    assert left == []
    assert space["model"].output_shape == (None, 8, 5)
    space, left = fixed(
        "labels-that-ctc-does-not-know", model=model, x=x, y=y + 3
    )
    assert "labels-that-ctc-does-not-know" not in left
    assert space["model"].output_shape == (None, 4, 8)


def test_the_mask_is_given_where_initial_state_takes_it_away():
    ids, state = keras.Input((None,), dtype="int32"), keras.Input((4,))
    embedded = layers.Embedding(10, 4, mask_zero=True)(ids)
    h = layers.GRU(4, return_sequences=True)(embedded, initial_state=state)
    model = keras.Model([ids, state], layers.GlobalAveragePooling1D()(h))
    x = [np.array([[1, 2, 3, 0, 0], [4, 5, 6, 7, 8]]), values(2, 4)]
    problems = unrolled.check(model, x).problems
    if not problems:
        through = model.predict([x[0][:1, :3], x[1][:1]], verbose=0)
        assert np.allclose(model.predict(x, verbose=0)[:1], through, atol=1e-6)
        return
    space, left = fixed("mask-is-lost", model=model, x=x)
    assert left == []
    padded = space["model"].predict(x, verbose=0)[:1]
    plain = space["model"].predict([x[0][:1, :3], x[1][:1]], verbose=0)
    assert np.allclose(padded, plain, atol=1e-6)


def test_steps_that_equal_the_mask_value_are_kept_apart_from_padding():
    x = values(3, 4, 1)
    x[0, 1], x[1, 2:] = 0, 0
    model = sequential(layers.Masking(), layers.LSTM(2), shape=(4, 1))
    space, left = fixed("real-step-is-masked", model=model, x=x.copy())
    assert left == []
    mask = np.asarray(space["model"].layers[0].compute_mask(space["x"]))
    assert mask.tolist() == [[True] * 4, [True, True, False, False], [True] * 4]
    assert np.array_equal(space["x"][mask], x[mask])


def test_ids_move_away_from_the_id_of_padding():
    x = np.array([[1, 0, 3, 2], [2, 3, 0, 0]])
    model = sequential(
        layers.Embedding(4, 3, mask_zero=True), layers.LSTM(2), shape=(4,)
    )
    space, left = fixed("real-step-is-masked", model=model, x=x)
    assert left == []
    assert space["x"].tolist() == [[2, 1, 4, 3], [3, 4, 0, 0]]


@pytest.mark.parametrize(
    ("ids", "mistake", "rows"),
    [
        ([[3, -2], [9, 0]], "negative-id", 12),
        ([[3, 14], [9, 0]], "indices-is-not-in", 15),
    ],
)
def test_a_table_grows_to_its_ids(ids, mistake, rows):
    model = sequential(layers.Embedding(10, 4), layers.LSTM(2), shape=(2,))
    space, left = fixed(mistake, model=model, x=np.array(ids))
    assert left == []
    assert space["model"].layers[0].input_dim == rows
    assert space["x"].min() == 0


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (
            np.array([[3, 1, 4, 1], [5, 9, 2, 6]]) / 9,
            [[3, 1, 4, 1], [5, 9, 2, 6]],
        ),
        (np.array([[0.0, 0.99], [0.5, 0.31]]), [[0, 8], [4, 2]]),
    ],
)
def test_fractions_become_ids(x, expected):
    model = sequential(
        layers.Embedding(10, 4), layers.LSTM(2), shape=(x.shape[1],)
    )
    space, left = fixed("ids-with-fractions", model=model, x=x)
    assert left == []
    assert space["x"].tolist() == expected


@pytest.mark.parametrize(
    ("y", "units", "loss"),
    [
        (
            np.array([0, 0.5, 1, 0, 0.5, 1]),
            3,
            "sparse_categorical_crossentropy",
        ),
        (np.array([0.2, 0.9, 1.4, 0.1, 1.9, 0.7]), 1, "mse"),
    ],
)
def test_fractions_become_classes_or_stay_a_quantity(y, units, loss):
    model = sequential(layers.LSTM(4), layers.Dense(3, "softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    space, left = fixed(
        "class-ids-with-fractions", model=model, x=values(6, 5, 2), y=y
    )
    assert left == []
    assert (space["model"].output_shape, space["model"].loss) == (
        (None, units),
        loss,
    )


def test_a_feature_that_is_nan_throughout_is_set_to_0():
    x = values(8, 5, 2)
    x[:, :, 1] = np.nan
    model = sequential(layers.LSTM(4), layers.Dense(1))
    space, left = fixed("nan-or-infinity", model=model, x=x)
    assert left == []
    assert not space["x"][:, :, 1].any()
    x = values(8, 5, 2)
    x[:, 0] = np.nan
    example("nan-or-infinity", model, x)


def test_features_are_scaled_where_the_layer_reads_them():
    x = RNG.uniform(20000, 60000, size=(50, 5, 2))
    model = sequential(layers.LSTM(4), layers.Dense(1))
    space, left = fixed("unscaled-features", model=model, x=x)
    assert left == []
    assert np.allclose(space["x"].std(axis=(0, 1)), 1, atol=1e-3)
    halved = sequential(layers.Rescaling(0.5), layers.LSTM(4))
    example("unscaled-features", halved, x)


def test_a_model_is_built_for_the_arrays_that_came():
    model = sequential(layers.Reshape((-1, 1)), layers.LSTM(4), shape=(10, 2))
    space, left = fixed(
        "features-other-than-built", model=model, x=values(8, 10, 4)
    )
    assert left == []
    assert space["model"].input_shape == (None, 10, 4)


def test_a_label_in_its_window_is_left_out():
    x = values(20, 5, 2)
    model = sequential(layers.LSTM(4), layers.Dense(1), shape=(None, 2))
    space, left = fixed(
        "label-in-its-own-window", model=model, x=x, y=x[:, 3, 1], loss="mse"
    )
    assert left == []
    assert np.array_equal(space["x"], x[:, :3])
    example("label-in-its-own-window", model, x, x[:, 0, 1], loss="mse")


@pytest.mark.parametrize(("horizon", "steps"), [(0, 4), (-2, 2), ((-1, 0), 3)])
def test_windows_end_before_their_label(horizon, steps):
    cut = unrolled.windows(values(40, 1), 5, horizon=horizon)
    model = sequential(layers.LSTM(4), layers.Dense(1), shape=(None, 1))
    space, left = fixed("windows-that-hold-their-label", model=model, x=cut)
    assert "windows-that-hold-their-label" not in left
    assert space["x"].shape[1] == steps
    assert np.array_equal(space["y"], cut.y)


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
def test_several_outputs_keep_the_choice_of_their_losses():
    entry = keras.Input((5, 2))
    h = layers.LSTM(3)(entry)
    outputs = [layers.Dense(1, "softmax")(h), layers.Dense(2)(h)]
    model = keras.Model(entry, outputs)
    y = [np.arange(8) % 2, values(8, 2)]
    fix = example("softmax-over-one-value", model, values(8, 5, 2), y)
    assert "binary_crossentropy" in fix
