"""The weights gate by gate: Keras's own arrays in parts, from which the traced gates follow."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.keras_bridge.constructors import describe
from unrolled.keras_bridge.weight_counts import read_gates
from unrolled.traces.gate_weights import GateWeights, put_together

RNG = np.random.default_rng(0)
CELLS = [
    layers.LSTM(4, name="cell"),
    layers.LSTM(3, use_bias=False, name="cell"),
    layers.LSTM(
        3,
        unit_forget_bias=False,
        recurrent_activation="hard_sigmoid",
        name="cell",
    ),
    layers.GRU(4, name="cell"),
    layers.GRU(4, reset_after=False, name="cell"),
    layers.GRU(3, use_bias=False, name="cell"),
    layers.GRU(1, use_bias=False, reset_after=False, name="cell"),
    layers.SimpleRNN(3, name="cell"),
    layers.SimpleRNN(3, use_bias=False, name="cell"),
    layers.RNN(layers.LSTMCell(3), name="cell"),
    layers.RNN(layers.GRUCell(3), name="cell"),
]


def model_of(layer, features=2):
    """Return a model of the layer with random weights."""
    keras.utils.set_random_seed(1)
    fresh = type(layer).from_config(layer.get_config())
    model = keras.Sequential(
        [keras.Input((5, features)), fresh, layers.Dense(1)]
    )
    for weight in model.weights:
        weight.assign(RNG.normal(size=weight.shape))
    return model


def blocks(weights):
    kinds = (weights.kernel, weights.recurrent_kernel, weights.bias or {})
    return [np.array(block) for kind in kinds for block in kind.values()]


@pytest.mark.parametrize("layer", CELLS, ids=describe)
def test_the_blocks_side_by_side_are_keras_own_arrays(layer):
    model = model_of(layer)
    weights = unrolled.trace(model)["cell"].weights
    kinds = (weights.kernel, weights.recurrent_kernel, weights.bias)
    real = model.get_layer("cell").get_weights()
    made = [put_together(k) for k in kinds if k is not None]
    assert len(made) == len(real)
    for ours, theirs in zip(made, real, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for name, (start, stop) in weights.columns.items():
        np.testing.assert_array_equal(
            weights.kernel[name], real[0][:, start:stop]
        )
    assert (
        sum(b.size for b in blocks(weights))
        == weights.count
        == model.get_layer("cell").count_params()
    )
    assert weights.formula.endswith(f"= {weights.count}")
    assert (weights.features, weights.units) == (
        2,
        model.get_layer("cell").cell.units,
    )


def by_hand(layer, weights, x, before):
    """Return the gates (batch, timesteps, units) from the blocks, x, and the states h before each
    step.
    """
    gates = {}
    for name in weights.columns:
        bias = 0 if weights.bias is None else weights.bias[name]
        inner, outer = (
            np.atleast_2d(bias)[[0, -1]] if np.ndim(bias) == 2 else (bias, 0)
        )
        recurrent, h = weights.recurrent_kernel[name], before
        if weights.cell_class == "GRUCell" and name == "h":
            after = layer.cell.reset_after
            part = (
                gates["r"] * (h @ recurrent + outer)
                if after
                else (gates["r"] * h) @ recurrent
            )
        else:
            part = h @ recurrent + outer
        candidate = {"LSTMCell": "c", "GRUCell": "h", "SimpleRNNCell": "h"}[
            weights.cell_class
        ]
        function = (
            layer.cell.activation
            if name == candidate
            else layer.cell.recurrent_activation
        )
        total = (x @ weights.kernel[name] + inner + part).astype("float32")
        gates[name] = keras.ops.convert_to_numpy(
            function(keras.ops.convert_to_tensor(total))
        )
    return gates


@pytest.mark.parametrize("layer", CELLS, ids=describe)
def test_the_gates_follow_from_the_blocks(layer):
    model = model_of(layer)
    rec = unrolled.trace(model, RNG.normal(size=(3, 5, 2)))["cell"]
    before = np.concatenate(
        [rec.initial_state[0][:, None], rec.h[:, :-1]], axis=1
    )
    gates = by_hand(model.get_layer("cell"), rec.weights, rec.x, before)
    traced = rec.gates or {"h": rec.h}
    assert list(gates) == list(traced)
    for name, gate in gates.items():
        np.testing.assert_allclose(gate, traced[name], atol=2e-6)


def test_training_does_not_change_a_trace():
    model = model_of(CELLS[0])
    rec = unrolled.trace(model)["cell"]
    before = blocks(rec.weights)
    model.compile(keras.optimizers.SGD(1.0), "mse", run_eagerly=True)
    model.fit(RNG.normal(size=(4, 5, 2)), RNG.normal(size=(4, 1)), verbose=0)
    again = unrolled.trace(model)["cell"].weights
    for old, kept, new in zip(
        before, blocks(rec.weights), blocks(again), strict=True
    ):
        np.testing.assert_array_equal(old, kept)
        assert not np.array_equal(kept, new)
    assert rec.weights != again
    with pytest.raises(ValueError, match="read-only"):
        rec.weights.kernel["i"][0, 0] = 1.0


def test_batches_share_one_copy_and_joining_keeps_it():
    trace = unrolled.trace(
        model_of(CELLS[3]), RNG.normal(size=(6, 5, 2)), batch_size=2
    )
    assert len({id(b["cell"].weights) for b in trace.batches}) == 1
    assert trace["cell"].weights is trace.batches[0]["cell"].weights


def test_the_text_tells_columns_shapes_and_the_forget_bias():
    model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(4, name="cell")])
    text = str(unrolled.trace(model)["cell"].weights)
    assert "4·(4·(2+4)+4) = 112 weights" in text
    assert (
        "f (forget gate), columns 4:8: kernel (features 2, units 4), "
        "recurrent_kernel (units 4, units 4)" in text
    )
    assert "starts as ones (unit_forget_bias=True) and still is ones" in text
    assert "no longer ones" in str(
        unrolled.trace(model_of(CELLS[0]))["cell"].weights
    )
    assert "unit_forget_bias=False" in str(
        unrolled.trace(model_of(CELLS[2]))["cell"].weights
    )
    assert "no bias" in str(unrolled.trace(model_of(CELLS[1]))["cell"].weights)
    assert "bias (2, units 4): row 0 input, row 1 recurrent" in str(
        unrolled.trace(model_of(CELLS[3]))["cell"].weights
    )
    assert "112" in repr(unrolled.trace(model)["cell"].weights)


class MyCell(layers.LSTMCell):
    """Not known: a subclass may compute otherwise."""


def test_other_cells_and_layers_keep_plain_weights():
    model = keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.RNN(MyCell(3), name="cell"),
            layers.Dense(1, name="out"),
        ]
    )
    trace = unrolled.trace(model)
    for name in ("cell", "out"):
        assert type(trace[name].weights) is unrolled.Weights
        assert trace[name].weights.count == model.get_layer(name).count_params()
    with pytest.raises(ValueError, match="gates are not known"):
        unrolled.plot_weights(trace["cell"])


def test_both_directions_of_a_bidirectional_have_their_own():
    inner = layers.GRU(3, name="g")
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.Bidirectional(inner, name="both")]
    )
    trace = unrolled.trace(model)
    ways = [trace[f"both/{way}_g"].weights for way in ("forward", "backward")]
    assert all(isinstance(w, GateWeights) for w in ways)
    assert ways[0] != ways[1]
    assert type(trace["both"].weights) is unrolled.Weights


def test_a_layer_is_drawn_as_its_call():
    model = model_of(CELLS[4])
    layer = model.get_layer("cell")
    by_call, by_layer = (
        unrolled.plot_weights(g) for g in (unrolled.trace(model)["cell"], layer)
    )
    for a, b in zip(by_call.axes, by_layer.axes, strict=True):
        for one, other in zip(a.images, b.images, strict=True):
            np.testing.assert_array_equal(one.get_array(), other.get_array())
    assert (
        read_gates(layer, layer.cell) == unrolled.trace(model)["cell"].weights
    )
    with pytest.raises(ValueError, match="Expected a built layer"):
        unrolled.plot_weights(layers.LSTM(2))
    with pytest.raises(TypeError, match="forward_layer"):
        unrolled.plot_weights(layers.Dense(2))
