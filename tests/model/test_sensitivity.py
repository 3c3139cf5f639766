"""The gradients against finite differences in float64, and what happens to the model, the samples
and bad input.
"""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.keras_bridge import gradient_runs
from unrolled.keras_bridge.gradient_targets import MOST_UNITS

RECURRENT = {
    "LSTM": layers.LSTM,
    "GRU": layers.GRU,
    "SimpleRNN": layers.SimpleRNN,
}
#: on the other backends Keras multiplies matrices of float64 as float32 (torch) or fails in a loop
#: over them (jax)
WIDE = keras.backend.backend() == "tensorflow"
#: of a finite difference: its step, how far it may be off by its order, and by rounding
STEP, CLOSE, NOISE = (1e-4, 1e-7, 1e-11) if WIDE else (1e-2, 1e-3, 1e-4)


@pytest.fixture
def float64():
    """Models of float64, in which a finite difference has some ten digits."""
    names = keras.config.floatx(), keras.config.dtype_policy()
    if WIDE:
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(names[0])
    keras.config.set_dtype_policy(names[1])


class Nudge(layers.Layer):
    """Adds an input of the model to what the next layer reads, so that a finite difference can be
    taken there.
    """

    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, x, by):
        return x + by


def nudge(x, nudges):
    nudges.append(keras.Input(x.shape[1:], name=f"by_{len(nudges) + 1}"))
    return Nudge()(x, nudges[-1])


def run(model, arrays):
    outputs = keras.tree.flatten(
        model(arrays if len(arrays) > 1 else arrays[0])
    )
    return keras.ops.convert_to_numpy(outputs[0]).astype("float64")


def jacobian(model, arrays, place, pick=lambda y: y):
    """Return d output / d arrays[place] by differences of fourth order: (batch, units, ...)."""
    x = arrays[place]
    size = x[0].size
    moves = np.concatenate([k * STEP * np.eye(size) for k in (-2, -1, 1, 2)])
    batches = [np.repeat(a, len(moves), axis=0) for a in arrays]
    batches[place] = batches[place] + np.tile(moves, (len(x), 1)).reshape(
        -1, *x.shape[1:]
    )
    y = pick(run(model, batches)).reshape(len(x), 4, size, -1)
    slope = (y[:, 0] - 8 * y[:, 1] + 8 * y[:, 2] - y[:, 3]) / (12 * STEP)
    return np.moveaxis(slope, 2, 1).reshape(len(x), -1, *x.shape[1:])


def check(found, expected):
    """Compare with a Jacobian (batch, units, ...), whose norm over the units is taken where there
    are several.
    """
    expected = (
        expected[:, 0]
        if expected.shape[1] == 1
        else np.linalg.norm(expected, axis=1)
    )
    assert found.gradients.dtype == keras.config.floatx()
    assert (
        np.abs(found.gradients - expected).max()
        <= CLOSE * np.abs(expected).max() + NOISE
    )


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def give_weights(model, seed=0):
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.7)
    return model


# Against finite differences -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.usefixtures("float64")
def test_random_stacks(seed):
    rng = np.random.default_rng(seed)
    model, arrays, steps, masked = random_stack(rng)
    step = int(rng.integers(-steps, steps)) if steps else -1
    memory = unrolled.sensitivity(model, arrays, step=step)
    read = recurrent_layers_of(memory)
    assert len(read) == len(arrays) - 1
    for place, layer in enumerate(read, start=1):
        expected = jacobian(
            model, arrays, place, lambda y: y[:, step] if steps else y
        )
        check(memory[f"by_{place}"], expected)
        check(layer, expected)
    kept = np.ones(arrays[0].shape[:2], bool) if masked is None else ~masked
    np.testing.assert_array_equal(
        memory["x"].gradients, np.where(kept[..., None], read[0].gradients, 0)
    )
    assert not memory["x"].strength[~kept].any()


def recurrent_layers_of(memory):
    """Return the recurrent layers of a stack, without the halves of a Bidirectional."""
    read = [
        r
        for r in memory.layers
        if r.is_recurrent or r.layer_class == "Bidirectional"
    ]
    return [r for r in read if "/" not in r.name]


def random_stack(rng):
    """Return a model with a nudge under every layer, its arrays, the timesteps of its output, and
    the masked steps.
    """
    shape = tuple(int(n) for n in rng.integers(1, 7, 2))
    x = tensor = keras.Input(shape, name="x")
    arrays, nudges, masked = [rng.normal(size=(3, *shape))], [], None
    if rng.random() < 0.5:
        tensor = layers.Masking()(tensor)
        masked = rng.random((3, shape[0])) < 0.4
        arrays[0][masked] = 0
    count = int(rng.integers(1, 4))
    sequences = bool(rng.random() < 0.5)
    for number in range(count):
        tensor = random_layer(rng, sequences or number < count - 1)(
            nudge(tensor, nudges)
        )
    if rng.random() < 0.5:
        tensor = layers.Dense(int(rng.integers(1, 3)), activation="tanh")(
            tensor
        )
    model = give_weights(
        keras.Model([x, *nudges], tensor), int(rng.integers(100))
    )
    return (
        model,
        [*arrays, *(np.zeros((3, *n.shape[1:])) for n in nudges)],
        shape[0] * sequences,
        masked,
    )


def random_layer(rng, sequences):
    kind, both = str(rng.choice(list(RECURRENT))), rng.random() < 0.3
    flags = {
        "go_backwards": bool(rng.random() < 0.3 and not both),
        "use_bias": bool(rng.random() < 0.8),
    }
    if kind == "GRU":
        flags["reset_after"] = bool(rng.random() < 0.5)
    layer = RECURRENT[kind](
        int(rng.integers(1, 4)), return_sequences=sequences, **flags
    )
    merge_mode = str(rng.choice(["concat", "sum", "mul", "ave"]))
    return layers.Bidirectional(layer, merge_mode=merge_mode) if both else layer


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.usefixtures("float64")
def test_the_halves_of_a_bidirectional_layer_are_told_apart(kind):
    x = keras.Input((6, 2), name="x")
    layer = layers.Bidirectional(RECURRENT[kind](3), name="both")
    model = give_weights(keras.Model(x, layers.Dense(1)(layer(x))))
    a, b = keras.Input((6, 2)), keras.Input((6, 2))
    halves = layers.Concatenate()(
        [layer.forward_layer(a), layer.backward_layer(b)]
    )
    apart = keras.Model([a, b], model.layers[-1](halves))
    arrays = [normal(2, 6, 2)] * 2
    memory = unrolled.sensitivity(model, arrays[0])
    forward, backward = (
        memory[layer.forward_layer.name],
        memory[f"both/{layer.backward_layer.name}"],
    )
    check(forward, jacobian(apart, arrays, 0))
    check(backward, jacobian(apart, arrays, 1))
    np.testing.assert_allclose(
        forward.gradients + backward.gradients,
        memory["both"].gradients,
        atol=NOISE,
    )
    assert backward.go_backwards
    assert not forward.go_backwards


@pytest.mark.usefixtures("float64")
def test_the_vectors_that_an_embedding_looks_up():
    ids = keras.Input((7,), dtype="int32", name="ids")
    embedding, rest = (
        layers.Embedding(10, 3, mask_zero=True),
        [layers.GRU(4, return_sequences=True), layers.LSTM(2)],
    )
    nudges = []
    tensor = embedding(ids)
    model = give_weights(keras.Model(ids, rest[1](rest[0](tensor))))
    output = rest[1](rest[0](nudge(tensor, nudges)))
    nudged = keras.Model([ids, *nudges], output)
    x = np.array([[3, 1, 0, 4, 0, 0, 0], [5, 6, 7, 8, 9, 1, 2]])
    memory = unrolled.sensitivity(model, x)
    expected = jacobian(nudged, [x, np.zeros((2, 7, 3))], 1)
    check(memory["ids"], expected)
    check(memory[rest[0].name], expected)
    np.testing.assert_array_equal(memory["ids"].mask, x > 0)
    np.testing.assert_array_equal(memory["ids"].values, x)
    assert not memory["ids"].strength[x == 0].any()
    assert memory["ids"].strength[x > 0].all()


@pytest.mark.parametrize("step", range(-4, 4))
@pytest.mark.usefixtures("float64")
def test_an_encoder_and_a_decoder(step):
    model, arrays = encoder_decoder()
    memory = unrolled.sensitivity(model, arrays, step=step, unit=1)
    for place, (name, layer) in enumerate(
        [("past", "encoder"), ("future", "decoder")]
    ):
        expected = jacobian(model, arrays, place, lambda y: y[:, step, 1:])
        check(memory[name], expected)
        check(memory[layer], expected)
    assert memory["past"].strength.all()
    assert (memory["future"].strength[:, : step % 4 + 1] > 0).all()
    assert not memory["future"].strength[:, step % 4 + 1 :].any()
    assert memory["future"].reach(1.0).tolist() == [step % 4 + 1] * 2


def encoder_decoder():
    past, future = (
        keras.Input((6, 3), name="past"),
        keras.Input((4, 2), name="future"),
    )
    _, *states = layers.LSTM(3, return_state=True, name="encoder")(past)
    steps = layers.LSTM(3, return_sequences=True, name="decoder")(
        future, initial_state=states
    )
    model = keras.Model(
        {"past": past, "future": future}, layers.Dense(2)(steps)
    )
    arrays = [normal(2, 6, 3), normal(2, 4, 2, seed=1)]
    return give_weights(keras.Model([past, future], model.output)), arrays


@pytest.mark.usefixtures("float64")
def test_a_linear_network_forgets_by_its_recurrent_weight_each_step():
    model = keras.Sequential(
        [
            keras.Input((50, 1), name="x"),
            layers.SimpleRNN(1, activation="linear", name="rnn"),
        ]
    )
    model.set_weights([np.array([[2.0]]), np.array([[0.9]]), np.zeros(1)])
    memory = unrolled.sensitivity(model, normal(2, 50, 1))
    fading = 2 * 0.9 ** np.arange(49.0, -1, -1)
    np.testing.assert_allclose(
        memory["rnn"].gradients[..., 0], [fading, fading], CLOSE
    )
    total = 1 - 0.9**50
    assert (
        memory["x"].reach().tolist()
        == [int(np.ceil(np.log(1 - 0.9 * total) / np.log(0.9)))] * 2
    )
    np.testing.assert_allclose(memory["x"].share.sum(axis=1), 1)


@pytest.mark.usefixtures("float64")
def test_one_unit_and_all_of_them():
    model = give_weights(
        keras.Sequential(
            [keras.Input((5, 2), name="x"), layers.LSTM(3), layers.Dense(4)]
        )
    )
    x = normal(2, 5, 2)
    expected = jacobian(model, [x], 0)
    units = [unrolled.sensitivity(model, x, unit=k) for k in range(4)]
    for k, memory in enumerate(units):
        check(memory["x"], expected[:, k : k + 1])
        assert f"moves unit {k} of the output" in repr(memory)
    check(unrolled.sensitivity(model, x)["x"], expected)
    assert "moves the 4 units of the output" in str(
        unrolled.sensitivity(model, x)
    )
    squares = sum(m["x"].strength ** 2 for m in units)
    np.testing.assert_allclose(
        unrolled.sensitivity(model, x)["x"].strength ** 2, squares, CLOSE
    )


@pytest.mark.usefixtures("float64")
def test_layers_that_are_not_recurrent():
    x = keras.Input((6, 4), name="x")
    nudges = []
    first = layers.Conv1D(
        4, 2, padding="causal", activation="tanh", name="conv"
    )(nudge(x, nudges))
    query, value = nudge(first, nudges), nudge(first, nudges)
    tensor = layers.MultiHeadAttention(2, 2, name="attention")(query, value)
    tensor = layers.TimeDistributed(
        layers.Dense(3, activation="tanh"), name="each"
    )(nudge(tensor, nudges))
    tensor = layers.GlobalAveragePooling1D(name="mean")(nudge(tensor, nudges))
    model = give_weights(keras.Model([x, *nudges], tensor))
    arrays = [normal(2, 6, 4), *(np.zeros((2, *n.shape[1:])) for n in nudges)]
    memory = unrolled.sensitivity(model, arrays)
    read = [
        memory["conv"],
        *memory["attention"],
        memory["each"],
        memory["mean"],
    ]
    assert len(read) == len(nudges)
    for place, layer in enumerate(read, start=1):
        check(layer, jacobian(model, arrays, place))
    assert "attention[1] (MultiHeadAttention)" in str(memory)


@pytest.mark.usefixtures("float64")
def test_maps_over_time():
    x = keras.Input((3, 4, 2), name="x")
    tensor = layers.ConvLSTM1D(2, 2, return_sequences=True, name="first")(x)
    tensor = layers.ConvLSTM1D(3, 2, name="second")(tensor)
    model = give_weights(keras.Model(x, layers.Flatten(name="flat")(tensor)))
    model = keras.Model(x, [model.output, tensor])
    arrays = [normal(2, 3, 4, 2)]
    memory = unrolled.sensitivity(model, arrays[0], unit=1)
    check(memory["x"], jacobian(model, arrays, 0, lambda y: y[:, 1:2]))
    assert memory["first"].gradients.shape == (2, 3, 4, 2)
    assert memory["first"].strength.shape == (2, 3)
    with pytest.raises(KeyError, match="nothing named 'flat' read a time axis"):
        memory["flat"]  # a map without time
    assert (
        unrolled.sensitivity(model, arrays[0], output=1).of
        == "the 6 units of output 1"
    )


# The state and the model --------------------------------------------------------------------------


@pytest.mark.usefixtures("float64")
def test_a_stateful_model_starts_from_its_states_and_keeps_them():
    inputs = keras.Input(batch_shape=(2, 4, 3), name="x")
    model = give_weights(
        keras.Model(inputs, layers.LSTM(3, stateful=True, name="lstm")(inputs))
    )
    layer = model.get_layer("lstm")
    model(normal(2, 4, 3, seed=5))
    states = [keras.ops.convert_to_numpy(s) for s in layer.states]
    x = normal(6, 4, 3)
    memory = unrolled.sensitivity(model, x)
    for state, kept in zip(layer.states, states, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(state), kept)
    given = [keras.Input((3,)) for _ in states]
    plain = keras.Input((4, 3))
    twin = layers.LSTM(3, return_state=True)
    free = keras.Model([plain, *given], twin(plain, initial_state=given))
    twin.set_weights(layer.get_weights())
    expected = []
    for k in range(0, 6, 2):
        arrays = [x[k : k + 2], *states]
        expected.append(jacobian(free, arrays, 0))
        states = [keras.ops.convert_to_numpy(s) for s in free(arrays)[1:]]
    check(memory["x"], np.concatenate(expected))


def test_the_model_is_left_as_it_was():
    inputs = keras.Input((5, 2))
    tensor = layers.LSTM(
        3, dropout=0.5, recurrent_dropout=0.5, activity_regularizer="l2"
    )(layers.Dropout(0.5)(inputs))
    model = keras.Model(inputs, layers.Dense(1)(tensor))
    model.compile("adam", "mse")
    x, y = normal(8, 5, 2), normal(8, 1)
    model.fit(x, y, verbose=0)
    variables = [
        keras.ops.convert_to_numpy(v)
        for v in (*model.variables, *model.optimizer.variables)
    ]
    called, losses = keras.layers.Layer.__call__, len(model.losses)
    unrolled.sensitivity(model, x)
    assert keras.layers.Layer.__call__ is called
    assert len(model.losses) == losses
    for variable, value in zip(
        (*model.variables, *model.optimizer.variables), variables, strict=True
    ):
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(variable), value
        )
    model.fit(x, y, verbose=0)


def test_an_error_on_the_way_leaves_keras_as_it_was():
    class Failing(layers.Layer):
        def call(self, x):
            if (
                not keras.utils.is_keras_tensor(x)
                and self.built
                and getattr(self, "fails", False)
            ):
                raise RuntimeError("on purpose")
            return x

    failing = Failing()
    inputs = keras.Input((5, 2))
    model = keras.Model(inputs, layers.LSTM(3)(failing(inputs)))
    called, failing.fails = keras.layers.Layer.__call__, True
    with pytest.raises(RuntimeError, match="on purpose"):
        unrolled.sensitivity(model, np.zeros((1, 5, 2)))
    assert keras.layers.Layer.__call__ is called
    failing.fails = False
    assert unrolled.sensitivity(model, np.zeros((1, 5, 2))).samples == 1


# Ways to put a model together, and x --------------------------------------------------------------


def test_a_layer_that_is_called_twice_and_a_model_inside_a_model():
    inner = keras.Sequential(
        [keras.Input((5, 2)), layers.GRU(2, return_sequences=True, name="gru")],
        name="inner",
    )
    shared = layers.LSTM(3, name="shared")
    a, b = keras.Input((5, 2), name="a"), keras.Input((5, 2), name="b")
    model = keras.Model(
        [a, b], layers.Dense(1)(layers.Add()([shared(inner(a)), shared(b)]))
    )
    memory = unrolled.sensitivity(
        model, [normal(2, 5, 2), normal(2, 5, 2, seed=1)]
    )
    first, second = memory["shared"]
    assert not np.array_equal(first.gradients, second.gradients)
    np.testing.assert_array_equal(second.gradients, memory["b"].gradients)
    assert memory["inner/gru"] is memory["gru"]
    np.testing.assert_array_equal(
        memory["gru"].gradients, memory["a"].gradients
    )
    assert [r.name for r in memory.inputs] == ["a", "b"]
    assert "shared[1] (LSTM)" in str(memory)


def test_ids_that_two_embeddings_of_an_inner_model_look_up():
    ids = keras.Input((6,), name="words")
    tensor = layers.Concatenate()(
        [layers.Embedding(9, 2)(ids), layers.Embedding(9, 3)(ids)]
    )
    inner = keras.Model(ids, tensor, name="inner")
    outer = keras.Input((6,), name="ids")
    memory = unrolled.sensitivity(
        keras.Model(outer, layers.LSTM(2, name="lstm")(inner(outer))),
        np.ones((1, 6), int),
    )
    assert [r.gradients.shape for r in memory["ids"]] == [(1, 6, 2), (1, 6, 3)]
    both = np.hypot(*[r.strength for r in memory["ids"]])
    np.testing.assert_allclose(both, memory["lstm"].strength, rtol=1e-5)


class LookUp(layers.Layer):
    """Looks up vectors for ids, beside another input."""

    def __init__(self):
        super().__init__(name="look_up")
        self.table = self.add_weight(shape=(9, 3), initializer="ones")

    def call(self, scale, ids):
        return keras.ops.take(self.table, ids, axis=0) * scale


def test_vectors_are_those_of_the_ids_and_not_of_another_input():
    scale = keras.Input((6, 1), name="scale")
    ids = keras.Input((6,), dtype="int32", name="ids")
    tensor = layers.LSTM(2, name="lstm")(LookUp()(scale, ids))
    found = unrolled.sensitivity(
        keras.Model([scale, ids], tensor),
        [np.ones((1, 6, 1)), np.ones((1, 6), int)],
    )
    assert found["scale"].gradients.shape == (1, 6, 1)
    assert found["ids"].gradients.shape == (1, 6, 3)


def test_a_subclassed_model_and_inputs_in_a_dict():
    class Two(keras.Model):
        def __init__(self):
            super().__init__()
            self.lstm, self.gru, self.dense = (
                layers.LSTM(3, name="l"),
                layers.GRU(2, name="g"),
                layers.Dense(1),
            )

        def call(self, x):
            return self.dense(
                keras.ops.concatenate(
                    [self.lstm(x["a"]), self.gru(x["b"])], axis=-1
                )
            )

    x = {
        "b": normal(2, 4, 2).astype("float32"),
        "a": normal(2, 6, 3).astype("float32"),
    }
    model = Two()
    model(x)
    memory = unrolled.sensitivity(model, x)
    assert memory["l"].gradients.shape == (2, 6, 3)
    assert memory["g"].gradients.shape == (2, 4, 2)
    np.testing.assert_array_equal(
        memory["l"].gradients, memory.inputs[0].gradients
    )


def test_a_mask_that_rides_on_a_tensor():
    class Masked(keras.Model):
        def __init__(self):
            super().__init__()
            self.masking, self.lstm = (
                layers.Masking(),
                layers.LSTM(3, name="lstm"),
            )

        def call(self, x):
            return self.lstm(self.masking(x))

    x = normal(2, 6, 2).astype("float32")
    x[0, 4:] = 0
    model = Masked()
    model(x)
    memory = unrolled.sensitivity(model, x)
    np.testing.assert_array_equal(memory["lstm"].strength > 0, x.any(axis=2))
    np.testing.assert_array_equal(memory["lstm"].mask, x.any(axis=2))


def test_samples_and_units_in_parts_give_the_same(monkeypatch):
    model = keras.Sequential(
        [keras.Input((5, 2), name="x"), layers.LSTM(8), layers.Dense(7)]
    )
    x = normal(9, 5, 2)
    whole = unrolled.sensitivity(model, x)
    monkeypatch.setattr(gradient_runs, "_ROWS", 5 * 4)
    parts = unrolled.sensitivity(model, x)
    assert parts["x"].strength.shape == (9, 5)
    np.testing.assert_allclose(
        parts["x"].gradients, whole["x"].gradients, rtol=1e-5
    )
    np.testing.assert_array_equal(parts["x"].values, whole["x"].values)


def test_a_thousand_steps():
    model = keras.Sequential(
        [
            keras.Input((None, 1), name="x"),
            layers.SimpleRNN(1, activation="linear"),
        ]
    )
    model.set_weights([np.ones((1, 1)), np.full((1, 1), 0.99), np.zeros(1)])
    memory = unrolled.sensitivity(model, np.zeros((1, 1000, 1)))
    np.testing.assert_allclose(
        memory["x"].strength[0], 0.99 ** np.arange(999.0, -1, -1), rtol=1e-4
    )


def test_a_data_set_of_batches():
    class Batches(keras.utils.PyDataset):
        lengths = (5, 5)

        def __len__(self):
            return 2

        def __getitem__(self, k):
            return normal(3, self.lengths[k], 2, seed=k), np.zeros(3)

    model = keras.Sequential([keras.Input((None, 2), name="x"), layers.GRU(2)])
    memory = unrolled.sensitivity(model, Batches())
    x = np.concatenate([normal(3, 5, 2, seed=k) for k in range(2)])
    np.testing.assert_allclose(
        memory["x"].gradients,
        unrolled.sensitivity(model, x)["x"].gradients,
        rtol=1e-5,
    )
    Batches.lengths = (5, 6)
    with pytest.raises(
        ValueError, match=r"equally many timesteps.*one batch at a time"
    ):
        unrolled.sensitivity(model, Batches())


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", RECURRENT)
def test_masked_steps_are_exactly_zero(kind, both):
    x = normal(5, 6, 2)
    for sample, masked in enumerate(
        [np.s_[:2], np.s_[3:], np.s_[2:4], np.s_[:]]
    ):
        x[sample, masked] = 0
    layer = RECURRENT[kind](3, name="layer")
    model = keras.Sequential(
        [
            keras.Input((6, 2), name="x"),
            layers.Masking(),
            layers.Bidirectional(layer, name="layer") if both else layer,
        ]
    )
    memory = unrolled.sensitivity(model, x)
    kept = x.any(axis=2)
    for read in (memory["x"], memory["layer"]):
        np.testing.assert_array_equal(read.mask, kept)
        np.testing.assert_array_equal(read.strength > 0, kept)


def test_a_path_without_gradient_gives_zeros_and_says_so():
    x = keras.Input((5, 2), name="x")
    model = keras.Model(x, keras.ops.round(layers.LSTM(3, name="lstm")(x)))
    memory = unrolled.sensitivity(model, normal(2, 5, 2))
    assert not memory["lstm"].gradients.any()
    assert memory["lstm"].reach().tolist() == [0, 0]
    assert (
        "the output does not depend on what was read there, or only through rounding"
        in str(memory)
    )
    assert "does not depend" not in str(
        unrolled.sensitivity(keras.Model(x, layers.LSTM(3)(x)), normal(2, 5, 2))
    )


if WIDE:  # text needs TensorFlow

    @pytest.mark.parametrize("length", [None, 6])
    def test_text_that_becomes_ids(length):
        words = layers.TextVectorization(output_sequence_length=length)
        words.adapt(["a b c d e", "x y z"])
        stack = [
            layers.Embedding(20, 3, mask_zero=True),
            layers.LSTM(4, return_sequences=True, name="lstm"),
        ]
        model = keras.Sequential(
            [keras.Input((), dtype="string", name="text"), words, *stack]
        )
        memory = unrolled.sensitivity(
            model, np.array(["a b c", "x y z a b"]), unit=1
        )
        timesteps = length or 5
        lengths = np.array([[3], [5]])
        np.testing.assert_array_equal(
            memory["lstm"].strength > 0, np.arange(timesteps) < lengths
        )
        at = "timestep 5" if length else "the last timestep"
        assert memory.of == f"unit 1 of the output at {at}"
        with pytest.raises(
            KeyError, match=r"'text' read a time axis \(it holds no numbers\)"
        ):
            memory["text"]


def test_half_precision():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = keras.Sequential(
            [keras.Input((5, 2), name="x"), layers.LSTM(3), layers.Dense(1)]
        )
    finally:
        keras.config.set_dtype_policy(policy)
    memory = unrolled.sensitivity(model, normal(2, 5, 2))
    assert memory["x"].gradients.dtype == np.float32
    assert memory["x"].strength.all()


# Bad input ----------------------------------------------------------------------------------------

X = np.zeros((2, 5, 2))
BAD = {
    "output": (
        {"output": 2},
        "output to be one of the 2 outputs, 0 to 1; got 2",
    ),
    "negative output": (
        {"output": -1},
        "output to be one of the 2 outputs, 0 to 1; got -1",
    ),
    "step": (
        {"step": 5},
        "step to be one of the 5 timesteps, 0 to 4, or -1 for the last one of output 0; got 5",
    ),
    "negative step": (
        {"step": -6},
        "step to be one of the 5 timesteps, 0 to 4, or -1 for the last one of output 0; got -6",
    ),
    "unit": (
        {"unit": 3},
        "unit to be one of the 3 units, 0 to 2, or None for all of output 0; got 3",
    ),
    "integers": (
        {"output": 1},
        "output 1 to hold floats, got int.*Fix: take another output: output='lstm.*'",
    ),
    "a half": ({"unit": 0.5}, "unit to be a whole number, got 0.5"),
    "a word": (
        {"output": "y"},
        "output to be one of 'lstm.*', 'argmax.*'; got 'y'",
    ),
    "a word for a step": (
        {"step": "last"},
        "step to be a whole number, got 'last'",
    ),
    "no step": ({"step": None}, "step to be a whole number, got None"),
    "a truth value": ({"unit": True}, "unit to be a whole number, got True"),
}


@pytest.mark.parametrize(("options", "text"), BAD.values(), ids=BAD)
def test_an_output_step_or_unit_that_is_not_there(options, text):
    inputs = keras.Input((5, 2))
    tensor = layers.LSTM(3, return_sequences=True)(inputs)
    model = keras.Model(inputs, [tensor, keras.ops.argmax(tensor, axis=-1)])
    with pytest.raises(ValueError, match=f"Expected {text}"):
        unrolled.sensitivity(model, X, **options)


def test_more_units_than_can_be_run():
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(2), layers.Dense(MOST_UNITS + 1)]
    )
    with pytest.raises(
        ValueError, match=r"a unit: the output has 513 of them.*Fix: unit=k"
    ):
        unrolled.sensitivity(model, X)
    assert unrolled.sensitivity(model, X, unit=512).samples == 2


def test_a_model_without_a_time_axis():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)], name="plain")
    with pytest.raises(
        ValueError,
        match=r"reads a time axis.*got 'plain', which read only \(3, 4\)\. Fix",
    ):
        unrolled.sensitivity(model, np.zeros((3, 4)))


def test_ids_without_an_embedding():
    ids = keras.Input((4,), dtype="int32")
    model = keras.Model(
        ids, layers.Dense(2)(keras.ops.cast(ids, "float32")), name="sums"
    )
    with pytest.raises(
        ValueError,
        match=r"got only whole numbers \(3, 4\) for 'sums'.*Fix: put an Embedding first",
    ):
        unrolled.sensitivity(model, np.zeros((3, 4), int))


def test_an_input_that_has_no_gradient_says_why():
    ids, extra = (
        keras.Input((4,), dtype="int32", name="ids"),
        keras.Input((2,), name="extra"),
    )
    steps = keras.ops.one_hot(ids, 5)
    tensor = layers.Concatenate()([layers.LSTM(2, name="lstm")(steps), extra])
    memory = unrolled.sensitivity(
        keras.Model([ids, extra], layers.Dense(1)(tensor)),
        [np.zeros((3, 4), int), normal(3, 2)],
    )
    assert memory["lstm"].gradients.shape == (3, 4, 5)
    with pytest.raises(
        KeyError,
        match=r"'ids' read a time axis \(it holds whole numbers\)\. What did: lstm",
    ):
        memory["ids"]
    with pytest.raises(
        KeyError, match=r"'extra' read a time axis \(it has no time axis\)"
    ):
        memory["extra"]


@pytest.mark.parametrize(
    ("model", "error"),
    [(layers.LSTM(2), TypeError), (keras.Sequential(), ValueError)],
)
def test_what_is_no_model(model, error):
    with pytest.raises(error, match="Expected a"):
        unrolled.sensitivity(model, X)


def test_the_first_output_that_has_a_gradient_is_taken():
    inputs = keras.Input((5, 2))
    scores = keras.layers.Dense(3, name="scores")(keras.layers.LSTM(4)(inputs))
    model = keras.Model(inputs, [keras.ops.argmax(scores, axis=-1), scores])
    x = np.random.default_rng(0).normal(size=(2, 5, 2))
    found = unrolled.sensitivity(model, x)
    assert found.of == "the 3 units of output 1"
    assert np.array_equal(
        found.layers[0].gradients,
        unrolled.sensitivity(model, x, output=1).layers[0].gradients,
    )
    with pytest.raises(
        ValueError, match="Fix: take another output: output='scores'"
    ):
        unrolled.sensitivity(model, x, output=0)
