"""What a trace holds, and that the model is as it was."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.traces.cells import rebuild_error
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

RNG = np.random.default_rng(0)
#: from Keras 3.16 on a recurrent layer does not
PASSES_MASKS_ON = layers.LSTM(1).supports_masking


def sequential(*parts, **options):
    keras.utils.set_random_seed(1)
    return keras.Sequential(list(parts), **options)


def everything(model):
    """Return all that can be told about a model from outside and that a run could change."""
    found = {}
    for layer in model._flatten_layers():
        for number, variable in enumerate(
            [*layer.variables, *(getattr(layer, "states", None) or [])]
        ):
            found[layer.name, number] = keras.ops.convert_to_numpy(
                variable
            ).tolist()
        found[layer.name, "attributes"] = sorted(vars(layer))
        found[layer.name, "losses"] = len(layer.losses)
        found[layer.name, "built"] = layer.built
        cell = getattr(layer, "cell", None)
        if cell is not None:
            found[layer.name, "cell"] = {
                k: v
                for k, v in vars(cell).items()
                if "activation" in k or "dropout" in k
            }
    return found


def masked_model():
    parts = [
        keras.Input((5,)),
        layers.Embedding(9, 3, mask_zero=True),
        layers.GRU(4),
        layers.Dense(1),
    ]
    return sequential(*parts), RNG.integers(0, 9, (3, 5))


def stateful_model():
    parts = [
        keras.Input(batch_shape=(2, 4, 3)),
        layers.LSTM(3, stateful=True, dropout=0.5),
        layers.Dense(1),
    ]
    return sequential(*parts), RNG.normal(size=(6, 4, 3))


def noisy_model():
    parts = [
        keras.Input((4, 3)),
        layers.GaussianNoise(0.1),
        layers.BatchNormalization(),
        layers.LSTM(3, activity_regularizer="l2"),
    ]
    return sequential(*parts), RNG.normal(size=(2, 4, 3))


@pytest.mark.parametrize("build", [masked_model, stateful_model, noisy_model])
def test_the_model_is_left_as_it_was(build):
    model, x = build()
    model.compile("adam", "mse", run_eagerly=False)
    before, compiled = (
        everything(model),
        (
            model.optimizer,
            model.loss,
            model.predict_function,
            model.train_function,
        ),
    )
    np.random.seed(7)  # noqa: NPY002
    unrolled.trace(model, x)
    unrolled.draw(model, x)
    assert everything(model) == before
    assert (
        model.optimizer,
        model.loss,
        model.predict_function,
        model.train_function,
    ) == compiled
    drawn = np.random.random()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    assert drawn == np.random.random()  # noqa: NPY002


def test_states_in_the_middle_of_a_series_are_used_and_kept():
    model = sequential(
        keras.Input(batch_shape=(2, 4, 3)), layers.LSTM(3, stateful=True)
    )
    x = RNG.normal(size=(2, 4, 3)).astype("float32")
    model(x)
    held = [keras.ops.convert_to_numpy(s) for s in model.layers[0].states]
    trace = unrolled.trace(model, x)
    for start, state, now in zip(
        trace.calls[0].initial_state, held, model.layers[0].states, strict=True
    ):
        np.testing.assert_array_equal(start, state)
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(now), state)
    assert held[0].any()


def test_keras_is_put_back_even_after_an_error():
    model = sequential(keras.Input((4, 3)), layers.LSTM(3), Broken())
    cell = model.layers[0].cell
    before = (
        keras.layers.Layer.__call__,
        keras.Operation.__call__,
        dict(vars(cell)),
    )
    model.layers[1].broken = True
    with pytest.raises(RuntimeError, match="broken on purpose"):
        unrolled.trace(model, np.zeros((1, 4, 3)))
    assert (
        keras.layers.Layer.__call__,
        keras.Operation.__call__,
        dict(vars(cell)),
    ) == before


class Broken(layers.Layer):
    broken = False

    def call(self, x):
        if self.broken:
            raise RuntimeError("broken on purpose")
        return x


def test_predict_gives_the_traced_outputs():
    model = sequential(
        keras.Input((6, 2)),
        layers.LSTM(8, return_sequences=True),
        layers.GRU(4),
        layers.Dense(2),
    )
    x = RNG.normal(size=(5, 6, 2))
    np.testing.assert_allclose(
        unrolled.trace(model, x).outputs[0],
        model.predict(x, verbose=0),
        rtol=1e-5,
        atol=1e-6,
    )


def test_calls_are_named_and_linked():
    model = sequential(
        keras.Input((6,), name="ids", dtype="int32"),
        layers.Embedding(9, 3, mask_zero=True, name="lookup"),
        layers.Bidirectional(
            layers.LSTM(2, return_sequences=True, name="inner"), name="both"
        ),
        layers.Dropout(0.3, name="drop"),
        layers.TimeDistributed(layers.Dense(2), name="each"),
        layers.GRU(3, name="last"),
    )
    trace = unrolled.trace(model, [[1, 2, 3, 4, 0, 0]])
    assert [c.path for c in trace.calls] == [
        "lookup", "both", "both/forward_inner", "both/backward_inner", "drop", "each", "last",
    ]  # fmt: skip
    assert [[s.path for s in c.sources] for c in trace.calls] == [
        ["ids"], ["lookup"], ["lookup"], ["lookup"], ["both"], ["drop"], ["each"],
    ]  # fmt: skip
    assert trace["both/backward_inner"].go_backwards
    assert trace["drop"].inputs[0] is trace["both"].outputs[0]
    assert trace["both"].mask.tolist() == [[True] * 4 + [False] * 2]
    assert (trace["last"].mask is None) == (not PASSES_MASKS_ON)
    assert "Bidirectional(LSTM(2, return_sequences=True))" in repr(trace)
    with pytest.raises(KeyError, match="no layer named 'nothing'"):
        trace["nothing"]


def test_a_shared_layer_gives_a_list():
    start, shared = (
        keras.Input((4, 2)),
        layers.LSTM(2, return_sequences=True, name="shared"),
    )
    trace = unrolled.trace(
        keras.Model(start, shared(shared(start))), np.ones((1, 4, 2))
    )
    first, second = trace["shared"]
    assert (first.number, second.number) == (0, 1)
    assert second.sources == (first,)


def test_calls_are_asked_by_name_and_kind():
    start = keras.Input((4, 2), name="series")
    shared = layers.LSTM(2, return_sequences=True, name="shared")
    both = layers.Bidirectional(layers.GRU(3, name="gru"), name="both")
    trace = unrolled.trace(
        keras.Model(start, both(shared(shared(start)))), np.ones((1, 4, 2))
    )
    assert trace.call("both", BidirectionalCall).forward.h.shape == (1, 4, 3)
    assert trace.recurrent("both/forward_gru").units == 3
    assert [c.number for c in trace.calls_of("shared")] == [0, 1]
    with pytest.raises(KeyError, match="called 2 times"):
        trace.call("shared")
    with pytest.raises(
        KeyError, match=r"Layers of this trace: shared, both, .*, series"
    ):
        trace.call("nothing")
    with pytest.raises(
        TypeError, match="Expected 'both' to be a RecurrentCall"
    ):
        trace.recurrent("both")


def test_a_trace_is_a_collection_of_its_calls():
    model = sequential(
        keras.Input((4, 2), name="series"), layers.LSTM(2, name="lstm")
    )
    x = RNG.normal(size=(4, 4, 2))
    for trace in (
        unrolled.trace(model, x),
        unrolled.trace(model, x, batch_size=2),
    ):
        assert list(trace) == list(trace.calls)
        assert len(trace) == 1
        assert "lstm" in trace
        assert "series" in trace
        assert trace.calls[0] in trace
        assert 0 not in trace
        np.testing.assert_array_equal(
            trace["series"].outputs[0], x.astype("float32")
        )
        assert trace._ipython_key_completions_() == ["lstm", "series"]


def test_replacing_a_call_changes_no_other_one():
    inner = keras.Sequential(
        [keras.Input((4, 2)), layers.LSTM(3, name="deep")], name="inner"
    )
    start = keras.Input((4, 2))
    trace = unrolled.trace(keras.Model(start, inner(start)), np.ones((1, 4, 2)))
    deep = trace.call("inner/deep")
    dataclasses.replace(deep, number=5)
    assert trace.call("inner").inside == [deep]


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("sequences", [False, True])
def test_the_output_of_each_step_is_the_layers(zero, sequences):
    options = {
        "zero_output_for_mask": zero,
        "return_sequences": True,
        "name": "lstm",
    }
    start, seen = keras.Input((5, 2)), keras.Input((5,), dtype="bool")
    layer = layers.RNN(layers.LSTMCell(3), **options)
    x, mask = (
        RNG.normal(size=(2, 5, 2)).astype("float32"),
        np.array([[1, 0, 1, 0, 0]] * 2, bool),
    )
    expected = keras.ops.convert_to_numpy(
        keras.Model([start, seen], layer(start, mask=seen))([x, mask])
    )
    layer.return_sequences = sequences
    model = keras.Model([start, seen], layer(start, mask=seen))
    call = unrolled.trace(model, [x, mask]).recurrent("lstm")
    np.testing.assert_allclose(call.outputs_per_step, expected, atol=1e-6)
    assert np.array_equal(call.outputs_per_step, call.h) == (not zero)


def test_merges_nested_models_and_several_inputs():
    a, b = keras.Input((4, 2), name="a"), keras.Input((4, 3), name="b")
    inner = keras.Sequential(
        [keras.Input((4, 2)), layers.LSTM(3, name="deep")], name="inner"
    )
    joined = layers.Concatenate(name="join")(
        [inner(a), layers.GRU(2, name="side")(b)]
    )
    model = keras.Model([a, b], [layers.Dense(1, name="out")(joined), joined])
    x = [np.ones((2, 4, 2)), np.ones((2, 4, 3))]
    trace = unrolled.trace(model, x)
    assert [s.path for s in trace["join"].sources] == ["inner/deep", "side"]
    assert isinstance(trace["inner/deep"], RecurrentCall)
    assert [o.shape for o in trace.outputs] == [(2, 1), (2, 5)]
    assert [s.path for s in trace.output_sources] == ["out", "join"]
    by_name = unrolled.trace(model, {"b": x[1], "a": x[0]})
    np.testing.assert_array_equal(by_name.outputs[0], trace.outputs[0])
    assert "inner/deep" in unrolled.draw(trace).words()


def test_batches_follow_each_other_like_predict():
    model = sequential(
        keras.Input(batch_shape=(2, 3, 1)),
        layers.LSTM(3, stateful=True, name="cell"),
    )
    x = RNG.normal(size=(6, 3, 1))
    trace = unrolled.trace(model, x)
    assert len(trace.batches) == 3
    for before, after in zip(trace.batches, trace.batches[1:], strict=False):
        for end, start in zip(
            before["cell"].final_state, after["cell"].initial_state, strict=True
        ):
            np.testing.assert_array_equal(end, start)
    assert trace["cell"].h.shape == (6, 3, 3)
    parts = [
        keras.ops.convert_to_numpy(model(x[k : k + 2].astype("float32")))
        for k in (0, 2, 4)
    ]
    np.testing.assert_allclose(
        trace.outputs[0], np.concatenate(parts), rtol=1e-5, atol=1e-6
    )


def test_batch_size_cuts_a_stateless_run():
    model = sequential(keras.Input((3, 1)), layers.LSTM(3, name="cell"))
    x = RNG.normal(size=(7, 3, 1))
    whole, cut = (
        unrolled.trace(model, x),
        unrolled.trace(model, x, batch_size=3),
    )
    assert [b.samples for b in cut.batches] == [3, 3, 1]
    np.testing.assert_allclose(whole["cell"].h, cut["cell"].h, atol=1e-6)


def test_a_wrong_gate_is_not_returned():
    model = sequential(keras.Input((3, 1)), layers.GRU(2, name="cell"))
    cell = model.layers[0].cell

    original, calls = cell.call, []

    def other_order(inputs, states, training=False):
        calls.append(1)
        cell.recurrent_activation(inputs)
        return original(inputs, states, training)

    cell.call = other_order
    with pytest.raises(
        unrolled.TraceError, match="do not give back its states"
    ):
        unrolled.trace(model, RNG.normal(size=(2, 3, 1)))
    assert calls


def fused(layer, change=lambda last, outputs, states: (last, outputs, states)):
    """Return a loop that stands in for a fused kernel of the layer."""

    def inner_loop(sequences, initial_state, mask, training=False):
        made = keras.layers.RNN.inner_loop(
            layer, sequences, initial_state, mask, training
        )
        return change(*made)

    return inner_loop


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"go_backwards": True},
        {"return_sequences": True},
        {"return_sequences": True, "go_backwards": True, "return_state": True},
    ],
)
def test_a_layer_of_a_fused_kernel_is_traced_and_compared_with_it(options):
    start = keras.Input((5, 2))
    layer = layers.LSTM(3, use_cudnn=True, name="lstm", **options)
    model = keras.Model(start, layer(start))
    x = RNG.normal(size=(3, 5, 2)).astype("float32")
    layer.inner_loop = fused(layer)
    trace = unrolled.trace(model, x)
    real = keras.tree.flatten(model(x))
    for made, own in zip(trace.outputs, real, strict=True):
        np.testing.assert_allclose(
            made, keras.ops.convert_to_numpy(own), atol=1e-6
        )
    assert list(trace["lstm"].gates) == list("ifco")


FIRST_STEP = np.reshape([1.5, 1, 1, 1, 1], (1, 5, 1)).astype("float32")
WRONG = {
    "the last output": lambda last, outputs, states: (
        1.5 * last,
        outputs,
        states,
    ),
    "the first output": lambda last, outputs, states: (
        last,
        outputs
        * keras.ops.convert_to_tensor(FIRST_STEP[:, : outputs.shape[1]]),
        states,
    ),
    "h": lambda last, outputs, states: (
        last,
        outputs,
        [1.5 * states[0], states[1]],
    ),
    "c": lambda last, outputs, states: (
        last,
        outputs,
        [states[0], 1.5 * states[1]],
    ),
}


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_fused_kernel_makes_otherwise_is_not_returned(wrong, mask):
    model = sequential(
        keras.Input((5, 2)),
        *[layers.Masking()] * mask,
        layers.LSTM(3, return_sequences=True, name="lstm"),
    )
    layer = model.layers[-1]
    x = RNG.normal(size=(3, 5, 2)).astype("float32")
    x[0, 1] = 0
    layer.inner_loop = fused(layer)
    unrolled.trace(model, x)
    layer.inner_loop = fused(layer, WRONG[wrong])
    with pytest.raises(
        unrolled.TraceError, match="does not return what the layer itself does"
    ):
        unrolled.trace(model, x)


@pytest.mark.parametrize("kind", [layers.GRU, type("Own", (layers.GRU,), {})])
def test_of_the_states_that_are_given_a_gru_takes_its_own(kind):
    start, h, spare = keras.Input((5, 2)), keras.Input((3,)), keras.Input((4,))
    outputs = kind(3, name="gru")(start, initial_state=[h, spare])
    model = keras.Model([start, h, spare], outputs)
    x = [
        RNG.normal(size=(2, *s)).astype("float32") for s in [(5, 2), (3,), (4,)]
    ]
    trace = unrolled.trace(model, x)
    (initial,) = trace.recurrent("gru").initial_state
    np.testing.assert_array_equal(initial, x[1])
    np.testing.assert_allclose(
        trace.outputs[0], keras.ops.convert_to_numpy(model(x)), atol=1e-6
    )


def turned(last, outputs, states):
    """Return the steps in the order of the data, as a fused kernel of JAX on a GPU does."""
    return last, keras.ops.flip(outputs, axis=1), states


@pytest.mark.parametrize("steps", [6, 200])
@pytest.mark.parametrize("training", [False, True])
def test_steps_that_a_layer_returns_turned_are_handed_on_so(steps, training):
    start = keras.Input(batch_shape=(4, steps, 2))
    layer = layers.LSTM(
        3,
        go_backwards=True,
        return_sequences=True,
        stateful=True,
        dropout=0.3,
        seed=1,
        name="lstm",
    )
    behind = layers.GRU(2, return_sequences=True)(layer(start))
    both = layers.Bidirectional(layers.LSTM(2, return_sequences=True))
    model = keras.Model(start, both(behind))
    x = RNG.normal(size=(8, steps, 2)).astype("float32")
    x[:, -3:] = 0
    layer.inner_loop = fused(layer, turned)
    trace = unrolled.trace(model, x, training=training)
    call = trace.recurrent("lstm")
    np.testing.assert_allclose(call.outputs[0], call.h, atol=1e-6)
    np.testing.assert_allclose(call.outputs_per_step, call.h, atol=1e-6)
    real = [model(x[:4], training=training), model(x[4:], training=training)]
    real = np.concatenate(list(map(keras.ops.convert_to_numpy, real)))
    np.testing.assert_allclose(trace.outputs[0], real, atol=1e-5)


def test_a_layer_whose_call_turns_its_steps_is_traced_as_it_is():
    class Turned(layers.LSTM):
        def call(
            self, sequences, initial_state=None, mask=None, training=False
        ):
            made = super().call(sequences, initial_state, mask, training)
            return keras.ops.flip(made, axis=1)

    model = sequential(
        keras.Input((5, 2)),
        Turned(3, go_backwards=True, return_sequences=True, name="lstm"),
        layers.GRU(2),
    )
    x = RNG.normal(size=(3, 5, 2)).astype("float32")
    trace = unrolled.trace(model, x)
    np.testing.assert_allclose(
        trace.outputs[0], keras.ops.convert_to_numpy(model(x)), atol=1e-6
    )
    np.testing.assert_array_equal(trace["lstm"].outputs[0], trace["lstm"].h)


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("mask", [False, True])
def test_a_layer_in_a_time_distributed_shows_its_states(sequences, mask):
    inner = layers.LSTM(3, return_sequences=sequences, name="inner")
    parts = [layers.Masking()] * mask
    model = sequential(
        keras.Input((4, 5, 2)), *parts, layers.TimeDistributed(inner, name="td")
    )
    x = RNG.normal(size=(2, 4, 5, 2)).astype("float32")
    x[:, :, 3:] = 0
    trace = unrolled.trace(model, x)
    calls = trace.calls_of("td/inner")
    assert [call.number for call in calls] == [0, 1, 2, 3]
    for step, call in enumerate(calls):
        np.testing.assert_array_equal(call.x, x[:, step])
        kept = keras.ops.convert_to_tensor(x[:, step].any(axis=-1))
        real = inner(x[:, step], mask=kept if mask else None)
        real = keras.ops.convert_to_numpy(real)
        np.testing.assert_allclose(call.outputs[0], real, atol=1e-6)
        np.testing.assert_allclose(
            trace["td"].outputs[0][:, step], real, atol=1e-6
        )
        assert (call.mask is None) is not mask
        assert call.h.shape == call.gates["f"].shape == (2, 5, 3)


def test_the_halves_in_a_time_distributed_show_their_states():
    both = layers.Bidirectional(layers.GRU(3), name="both")
    model = sequential(
        keras.Input((4, 5, 2)), layers.TimeDistributed(both, name="td")
    )
    trace = unrolled.trace(model, RNG.normal(size=(2, 4, 5, 2)))
    calls = trace.calls_of("td/both")
    assert len(calls) == 4
    assert {call.forward.h.shape for call in calls} == {(2, 5, 3)}
    joined = np.stack([call.outputs[0] for call in calls], axis=1)
    np.testing.assert_array_equal(joined, trace.outputs[0])


def test_nan_gates_of_numbers_are_not_returned():
    z = np.zeros((1, 2, 1))
    gates = {"z": z + np.nan, "r": z, "h": z}
    assert (
        rebuild_error("GRUCell", [z], gates, [z[:, 0]], None, np.tanh, False)
        == np.inf
    )
    model = sequential(keras.Input((3, 1)), layers.LSTM(2, name="lstm"))
    x = np.full((1, 3, 1), np.nan)
    assert np.isnan(unrolled.trace(model, x)["lstm"].h).all()


def test_made_up_inputs_fit_and_are_the_same_each_time():
    model = sequential(
        keras.Input((None,)), layers.Embedding(4, 2), layers.LSTM(2)
    )
    first, second = (unrolled.trace(model) for _ in range(2))
    assert first.x_made_up
    assert set(first.inputs[0].outputs[0].ravel()) == {0, 1, 2, 3}, (
        "ids of the whole range that the Embedding has"
    )
    np.testing.assert_array_equal(first.outputs[0], second.outputs[0])
    assert "values made up (seeded)" in unrolled.draw(model).words()


def test_the_weight_arithmetic_gives_keras_own_count():
    parts = [
        layers.LSTM(4, return_sequences=True),
        layers.GRU(3, return_sequences=True),
        layers.GRU(3, return_sequences=True, reset_after=False),
        layers.SimpleRNN(2, return_sequences=True, use_bias=False),
        layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
        layers.RNN(layers.LSTMCell(3), return_sequences=True),
        layers.TimeDistributed(layers.Dense(3)),
        layers.Conv1D(2, 3),
        layers.Dense(1),
    ]
    trace = unrolled.trace(
        sequential(keras.Input((5, 2)), *parts), np.zeros((1, 5, 2))
    )
    tops = [c for c in trace.calls if c.parent is None]
    for layer, call in zip(parts, tops, strict=True):
        left, _, right = call.weights.formula.replace("·", "*").rpartition(
            " = "
        )
        assert (
            eval(left)
            == int(right)
            == call.weights.count
            == layer.count_params()
        )
    assert tops[0].weights.formula == "4·(4·(2+4)+4) = 112"


@pytest.mark.parametrize(
    "line",
    [
        "LSTM(4)",
        "LSTM(4, return_sequences=True, go_backwards=True, stateful=True)",
        "GRU(3, activation='relu', reset_after=False)",
        "Bidirectional(LSTM(2, return_sequences=True), merge_mode='sum')",
        "TimeDistributed(Dense(2, activation='softmax'))",
        "RNN(LSTMCell(3), return_state=True)",
        "RNN([LSTMCell(2), GRUCell(3, reset_after=False)])",
        "Embedding(9, 3, mask_zero=True)",
        "Conv1D(3, 2, padding='same')",
        "Reshape((3, 3))",
        "Dropout(0.2)",
        "Concatenate()",
    ],
)
def test_a_layer_is_written_as_its_user_wrote_it(line):
    from unrolled.keras_bridge.constructors import describe

    assert describe(eval(line, vars(layers))) == line
