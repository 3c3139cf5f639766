"""What a trace holds beyond one layer's gates: cells of a stack, halves, maps, dropout, attention,
masks as inputs.
"""

import keras
import numpy as np
import pytest
from keras import layers
from step_by_step import numpy_gates

import unrolled
from unrolled.traces.recurrent_calls import BidirectionalCall

RNG = np.random.default_rng(3)
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


def functional(x, build):
    keras.utils.set_random_seed(2)
    start = keras.Input(x.shape[1:])
    return keras.Model(start, build(start))


def to_numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


def test_each_cell_of_a_stack_has_its_own_states_and_gates():
    x = RNG.normal(size=(2, 5, 3)).astype("float32")
    cells = [layers.LSTMCell(4), layers.GRUCell(3), layers.SimpleRNNCell(2)]
    model = functional(
        x, layers.RNN(cells, return_sequences=True, name="stack")
    )
    stack = unrolled.trace(model, x)["stack"]
    assert [c.layer_class for c in stack.cells] == [
        "LSTMCell",
        "GRUCell",
        "SimpleRNNCell",
    ]
    assert [list(c.gates) for c in stack.cells] == [
        list("ifco"),
        list("zrh"),
        [],
    ]
    assert not stack.gates
    assert len(stack.states) == 4
    assert stack.weights.count == model.count_params()
    read = x
    for call, cell in zip(stack.cells, cells, strict=True):
        np.testing.assert_array_equal(call.x, read)
        before = call.initial_state[0]
        for t in range(5):
            for name, gate in numpy_gates(cell, read[:, t], before).items():
                np.testing.assert_allclose(
                    call.gates[name][:, t], gate, **CLOSE
                )
            before = call.h[:, t]
        read = call.h
    np.testing.assert_allclose(stack.outputs[0], read, **CLOSE)


def test_a_cell_of_ones_own_between_others_hands_on_its_output():
    x = RNG.normal(size=(2, 4, 3)).astype("float32")
    model = functional(
        x, layers.RNN([Doubling(3), layers.GRUCell(2)], name="stack")
    )
    first, second = unrolled.trace(model, x)["stack"].cells
    np.testing.assert_allclose(first.cell_output, 2 * first.h, **CLOSE)
    np.testing.assert_array_equal(second.x, first.cell_output)
    assert second.cell_output is None


class Doubling(layers.Layer):
    """A cell whose output is not its state."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = self.output_size = units

    def call(self, inputs, states):
        h = keras.ops.tanh(inputs[:, : self.state_size] + states[0])
        return 2 * h, [h]


def test_a_bidirectional_has_two_halves():
    x = RNG.normal(size=(2, 4, 3)).astype("float32")
    both = layers.Bidirectional(
        layers.LSTM(2, return_sequences=True), merge_mode="sum", name="both"
    )
    call = unrolled.trace(functional(x, both), x)["both"]
    assert isinstance(call, BidirectionalCall)
    assert (
        call.merge_mode,
        call.forward.go_backwards,
        call.backward.go_backwards,
    ) == (
        "sum",
        False,
        True,
    )
    np.testing.assert_allclose(
        call.outputs[0], call.forward.h + call.backward.h, **CLOSE
    )


def test_the_gates_of_a_conv_lstm_are_maps():
    x = RNG.normal(size=(2, 3, 6, 5, 1)).astype("float32")
    model = functional(x, layers.ConvLSTM2D(4, 3, padding="same", name="maps"))
    call = unrolled.trace(model, x)["maps"]
    assert {g.shape for g in call.gates.values()} == {(2, 3, 6, 5, 4)}
    before = np.concatenate(
        [np.zeros_like(call.c[:, :1]), call.c[:, :-1]], axis=1
    )
    np.testing.assert_allclose(
        call.c,
        call.gates["f"] * before + call.gates["i"] * call.gates["c"],
        **CLOSE,
    )
    np.testing.assert_allclose(call.outputs[0], call.h[:, -1], **CLOSE)


@pytest.mark.parametrize("recurrent", [0.0, 0.5])
def test_a_training_run_tells_what_dropout_dropped(recurrent):
    # with recurrent dropout each gate has factors of its own (Keras's implementation 1)
    x = RNG.normal(size=(3, 4, 5)).astype("float32")
    options = {
        "dropout": 0.5,
        "recurrent_dropout": recurrent,
        "return_sequences": True,
    }
    model = functional(
        x,
        lambda t: layers.Dropout(0.5, name="drop")(
            layers.LSTM(6, name="lstm", **options)(t)
        ),
    )
    trace = unrolled.trace(model, x, training=True)
    drop, lstm = trace["drop"], trace["lstm"]
    assert trace.training
    assert set(np.unique(drop.dropout["x"])) == {0.0, 2.0}
    np.testing.assert_allclose(
        drop.outputs[0], drop.inputs[0] * drop.dropout["x"], **CLOSE
    )
    factor = lstm.dropout["x"]
    assert factor.shape == ((3, 4, 5) if recurrent else (3, 5))
    cell = model.get_layer("lstm").cell
    for k, name in enumerate("ifco"):
        dropped = x[:, 0] * (factor[:, k] if recurrent else factor)
        expected = numpy_gates(cell, dropped, np.zeros((3, 6), "float32"))[name]
        np.testing.assert_allclose(lstm.gates[name][:, 0], expected, **CLOSE)
    again = unrolled.trace(model, x, training=True)
    np.testing.assert_array_equal(again["drop"].dropout["x"], drop.dropout["x"])
    assert not unrolled.trace(model, x)["drop"].dropout


def test_dropout_is_told_where_its_input_has_a_name():
    class Named(keras.Model):
        def __init__(self):
            super().__init__()
            self.drop = layers.Dropout(0.5, name="drop")

        def call(self, x, training=False):
            return self.drop(inputs=x, training=training)

    model = Named()
    x = RNG.normal(size=(3, 4, 5)).astype("float32")
    model(x)
    drop = unrolled.trace(model, x, training=True)["drop"]
    assert set(np.unique(drop.dropout["x"])) == {0.0, 2.0}
    np.testing.assert_allclose(drop.outputs[0], x * drop.dropout["x"], **CLOSE)


def test_recurrent_dropout_is_told_too():
    x = RNG.normal(size=(2, 3, 4)).astype("float32")
    model = functional(x, layers.GRU(4, recurrent_dropout=0.5, name="gru"))
    factor = unrolled.trace(model, x, training=True)["gru"].dropout["h"]
    assert factor.shape == (2, 3, 4), "batch, gates z r h, units"
    assert set(np.unique(factor)) == {0.0, 2.0}


@pytest.mark.parametrize(
    ("layer", "causal"),
    [
        (layers.Attention, False),
        (layers.AdditiveAttention, False),
        (lambda **name: layers.MultiHeadAttention(2, 3, **name), False),
        (lambda **name: layers.MultiHeadAttention(2, 3, **name), True),
    ],
)
def test_attention_weights_are_those_that_keras_returns(layer, causal):
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    made = layer(name="look")
    options = {"use_causal_mask": causal}
    several = isinstance(made, layers.MultiHeadAttention)
    model = functional(
        x,
        lambda t: made(t, t, **options) if several else made([t, t], **options),
    )
    call = unrolled.trace(model, x)["look"]
    given = (x, x) if several else ([x, x],)
    output, weights = made(*given, return_attention_scores=True, **options)
    np.testing.assert_allclose(call.attention, to_numpy(weights), **CLOSE)
    np.testing.assert_allclose(call.outputs[0], to_numpy(output), **CLOSE)
    np.testing.assert_allclose(
        call.outputs[0], model.predict(x, verbose=0), **CLOSE
    )


def test_it_is_known_which_output_of_a_layer_is_read():
    series, seen = (
        keras.Input((4, 2), name="series"),
        keras.Input((4,), dtype="bool", name="seen"),
    )
    sequence, h, c = layers.LSTM(
        3, return_sequences=True, return_state=True, name="lstm"
    )(series, mask=seen)
    model = keras.Model(
        [series, seen],
        [
            layers.Dense(1, name="d")(c),
            layers.Add(name="sum")([h, c]),
            sequence,
        ],
    )
    trace = unrolled.trace(model, [np.ones((2, 4, 2)), np.ones((2, 4), bool)])
    assert trace["d"].source_indices == (2,)
    assert trace["sum"].source_indices == (1, 2)
    assert trace["lstm"].mask_source is trace.inputs[1]
    assert trace.output_indices == (0, 0, 0)
    assert [s.path for s in trace.output_sources] == ["d", "sum", "lstm"]


def test_the_weight_arithmetic_of_other_layers_gives_keras_own_count():
    x = np.ones((1, 5, 2))
    two = layers.Bidirectional(
        layers.LSTM(2),
        backward_layer=layers.GRU(3, go_backwards=True),
        name="layer",
    )
    stack = layers.RNN(
        [layers.LSTMCell(2), layers.GRUCell(3, reset_after=False)], name="layer"
    )
    for layer, data, text in [
        (two, x, "4·(2·(2+2)+2) + 3·(3·(2+3)+2·3) = 103"),
        (stack, x, "4·(2·(2+2)+2) + 3·(3·(2+3)+3) = 94"),
        (
            layers.ConvLSTM1D(3, 2, name="layer"),
            np.ones((1, 4, 5, 2)),
            "4·(3·2·(2+3)+3) = 132",
        ),
        (layers.Conv1D(4, 3, name="layer"), x, "3·2·4+4 = 28"),
    ]:
        call = unrolled.trace(functional(data, layer), data)["layer"]
        left, _, right = call.weights.formula.replace("·", "*").rpartition(
            " = "
        )
        assert eval(left) == int(right) == layer.count_params()
        assert call.weights.formula == text


def test_gates_of_maps_and_of_cells_are_plotted():
    x = RNG.normal(size=(2, 3, 6, 5, 1)).astype("float32")
    call = unrolled.trace(
        functional(x, layers.ConvLSTM2D(4, 3, padding="same", name="maps")), x
    )["maps"]
    figure = unrolled.plot_gates(call)
    shown = (
        next(ax for ax in figure.axes if ax.get_label() == "gate")
        .images[0]
        .get_array()
    )
    np.testing.assert_allclose(
        shown, call.gates["i"][0].mean(axis=(1, 2)).T, **CLOSE
    )
    series = RNG.normal(size=(2, 4, 3)).astype("float32")
    cells = layers.RNN([layers.LSTMCell(2), layers.GRUCell(2)], name="stack")
    stack = unrolled.trace(functional(series, cells), series)["stack"]
    with pytest.raises(
        ValueError, match=r"take one of its cells, call\.cells\[0\]"
    ):
        unrolled.plot_gates(stack)
    assert unrolled.plot_gates(stack.cells[1]).axes
