"""Weights that Keras 2 wrote as .h5, loaded into a model built anew: the trace is that of the
arrays in the file.

The layout is that of tf_keras 2.21's ``save_weights("w.h5")``: for each layer a group with the
attribute ``weight_names`` and its weights one group deeper; ``save("m.h5")`` has the same below
``model_weights``.
"""

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import unrolled

WORDS, WIDTH = 9, 4
LAYERS = ("words", "lstm", "both", "old_gru", "rnn", "dropout", "out")


def arrays(seed):
    """Return the weights of each layer by the names that Keras 2 gives them."""
    rng = np.random.default_rng(seed)
    found = {name: {} for name in LAYERS}
    shapes = {
        "words": {"embeddings": (WORDS, WIDTH)},
        "out": {"kernel": (2, 1), "bias": (1,)},
    }
    shapes["lstm"] = cell("lstm_cell", WIDTH, 3, 4, (12,))
    halves = [
        cell(f"{way}_gru/gru_cell", 3, 2, 3, (2, 6))
        for way in ("forward", "backward")
    ]
    shapes["both"] = halves[0] | halves[1]
    shapes["old_gru"] = cell("gru_cell", 4, 3, 3, (9,))
    shapes["rnn"] = cell("simple_rnn_cell", 3, 2, 1, (2,))
    for layer, weights in shapes.items():
        found[layer] = {
            name: (0.7 * rng.normal(size=shape)).astype("float32")
            for name, shape in weights.items()
        }
    return found


def cell(name, features, units, gates, bias):
    kernels = {
        f"{name}/kernel": (features, gates * units),
        f"{name}/recurrent_kernel": (units, gates * units),
    }
    return {**kernels, f"{name}/bias": bias}


def write(file, weights, *, whole):
    """Write the weights as Keras 2 does."""
    group = file.create_group("model_weights") if whole else file
    if whole:
        file.attrs["model_config"] = '{"class_name": "Sequential"}'
    group.attrs["backend"], group.attrs["keras_version"] = (
        "tensorflow",
        "2.15.0",
    )
    group.attrs["layer_names"] = list(weights)
    for layer, parts in weights.items():
        inner = group.create_group(layer)
        inner.attrs["weight_names"] = [f"{layer}/{name}:0" for name in parts]
        for name, array in parts.items():
            inner.create_dataset(f"{layer}/{name}:0", data=array)
    group.create_group("top_level_model_weights").attrs["weight_names"] = []


def rebuilt():
    """The model as its user builds it again, with the mask by name: Keras 3.16 passes none on."""
    ids = keras.Input((6,))
    mask = keras.ops.not_equal(ids, 0)
    x = layers.Embedding(WORDS, WIDTH, name="words")(ids)
    both = layers.Bidirectional(
        layers.GRU(2, return_sequences=True, name="gru"), name="both"
    )
    for layer in (
        layers.LSTM(3, return_sequences=True, name="lstm"),
        both,
        layers.GRU(3, reset_after=False, return_sequences=True, name="old_gru"),
        layers.SimpleRNN(2, name="rnn"),
    ):
        x = layer(x, mask=mask)
    x = layers.Dropout(0.1, name="dropout")(x)
    return keras.Model(ids, layers.Dense(1, name="out")(x))


@pytest.mark.parametrize("how", ["weights", "whole model", "by name"])
def test_weights_of_keras_2_are_read_gate_by_gate(tmp_path, how):
    weights = arrays(seed=1)
    with h5py.File(tmp_path / "old.h5", "w") as file:
        write(file, weights, whole=how == "whole model")
    model = rebuilt()
    model.load_weights(tmp_path / "old.h5", by_name=how == "by name")
    ids = np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 0], [3, 3, 3, 3, 3, 3]])
    trace = unrolled.trace(model, ids)
    expected = run(weights, ids)
    for path, (states, gates) in expected.items():
        call = trace[path]
        for made, state in zip(call.states, states, strict=True):
            np.testing.assert_allclose(
                made, state, rtol=1e-5, atol=1e-5, err_msg=path
            )
        assert list(call.gates) == list(gates)
        for name, gate in gates.items():
            known = np.where((ids != 0)[..., None], gate, np.nan)
            np.testing.assert_allclose(
                call.gates[name],
                known,
                rtol=1e-5,
                atol=1e-5,
                err_msg=f"{path} {name}",
            )
    h = expected["rnn"][0][0][:, -1]
    np.testing.assert_allclose(
        trace.outputs[0],
        h @ weights["out"]["kernel"] + weights["out"]["bias"],
        atol=1e-5,
    )
    assert "layer 'old_gru'" in unrolled.draw(trace).words()


def run(weights, ids):
    """Return the states and gates of each recurrent layer, from the arrays alone: plain NumPy, step
    by step.
    """
    seen = ids != 0
    x = weights["words"]["embeddings"][ids]
    found = {
        "lstm": run_layer(lstm, parts(weights["lstm"], "lstm_cell"), x, seen, 2)
    }
    x = found["lstm"][0][0]
    for way, order in (("forward", 1), ("backward", -1)):
        made = run_layer(
            gru,
            parts(weights["both"], f"{way}_gru/gru_cell"),
            x[:, ::order],
            seen[:, ::order],
            1,
        )
        states, gates = (
            [s[:, ::order] for s in made[0]],
            {k: g[:, ::order] for k, g in made[1].items()},
        )
        found[f"both/{way}_gru"] = states, gates
    # a Bidirectional layer hands zeros on where a step is masked
    x = (
        np.concatenate(
            [found[f"both/{way}_gru"][0][0] for way in ("forward", "backward")],
            axis=-1,
        )
        * seen[..., None]
    )
    found["old_gru"] = run_layer(
        gru, parts(weights["old_gru"], "gru_cell"), x, seen, 1
    )
    found["rnn"] = run_layer(
        simple,
        parts(weights["rnn"], "simple_rnn_cell"),
        found["old_gru"][0][0],
        seen,
        1,
    )
    return found


def parts(weights, name):
    return [
        weights[f"{name}/{part}"]
        for part in ("kernel", "recurrent_kernel", "bias")
    ]


def run_layer(step, weights, x, seen, count):
    """Run one kind of step over time; a masked step leaves the states as they were."""
    states = [np.zeros((len(x), weights[1].shape[0]))] * count
    kept, opened = [[] for _ in states], {}
    for t in range(x.shape[1]):
        new, gates = step(x[:, t], states, *weights)
        states = [
            np.where(seen[:, t, None], n, s)
            for n, s in zip(new, states, strict=True)
        ]
        for column, state in zip(kept, states, strict=True):
            column.append(state)
        for name, gate in gates.items():
            opened.setdefault(name, []).append(gate)
    return [np.stack(s, axis=1) for s in kept], {
        k: np.stack(g, axis=1) for k, g in opened.items()
    }


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm(x, states, kernel, recurrent, bias):
    i, f, g, o = np.split(x @ kernel + states[0] @ recurrent + bias, 4, axis=1)
    gates = {"i": sigmoid(i), "f": sigmoid(f), "c": np.tanh(g), "o": sigmoid(o)}
    c = gates["f"] * states[1] + gates["i"] * gates["c"]
    return [gates["o"] * np.tanh(c), c], gates


def gru(x, states, kernel, recurrent, bias):
    """One step of a GRU; two rows of biases tell that the reset gate comes after the product
    (reset_after).
    """
    h, units = states[0], recurrent.shape[0]
    before, after = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    xz, xr, xh = np.split(x @ kernel + before, 3, axis=1)
    hz, hr, hh = np.split(h @ recurrent + after, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    new = np.tanh(
        xh + (r * hh if bias.ndim == 2 else (r * h) @ recurrent[:, 2 * units :])
    )
    return [z * h + (1 - z) * new], {"z": z, "r": r, "h": new}


def simple(x, states, kernel, recurrent, bias):
    return [np.tanh(x @ kernel + states[0] @ recurrent + bias)], {}
