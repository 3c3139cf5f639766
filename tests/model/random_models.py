"""Random recurrent models from a seed, and a run of their cells step by step that owes nothing to unrolled."""

import keras
import numpy as np

LAYERS = {"LSTM": keras.layers.LSTM, "GRU": keras.layers.GRU, "SimpleRNN": keras.layers.SimpleRNN}


def build(seed):
    """Return a model and an x that fits it: stacked recurrent layers with random cells, flags, masks and states."""
    rng = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    batch, timesteps, features = int(rng.integers(1, 4)), int(rng.integers(1, 7)), int(rng.integers(1, 4))
    stateful, masked = bool(rng.random() < 0.3), bool(rng.random() < 0.4)
    shape = (timesteps if rng.random() < 0.7 else None, features)
    start = keras.Input(batch_shape=(batch, *shape)) if stateful else keras.Input(shape)
    tensor = keras.layers.Masking()(start) if masked else start
    # Keras 3.15 cannot unroll a masked backward layer on PyTorch
    may_unroll = shape[0] is not None and not (masked and keras.backend.backend() == "torch")
    for _ in range(int(rng.integers(1, 4))):
        tensor = _add_layer(rng, tensor, stateful, sequences=True, may_unroll=may_unroll)
        if rng.random() < 0.3:
            tensor = keras.layers.Dropout(0.5)(tensor)
    tensor = _add_layer(rng, tensor, stateful, sequences=bool(rng.random() < 0.5), may_unroll=may_unroll)
    model = keras.Model(start, keras.layers.Dense(2)(tensor))
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.7)
    x = rng.normal(size=(batch * int(rng.integers(1, 4)) if stateful else batch, timesteps, features))
    if masked:
        x[rng.random(x.shape[:2]) < 0.4] = 0.0
    return model, x.astype("float32")


def _add_layer(rng, tensor, stateful, *, sequences, may_unroll):
    kind = str(rng.choice(list(LAYERS)))
    flags = {
        "return_sequences": sequences,
        "return_state": bool(rng.random() < 0.3),
        "go_backwards": bool(rng.random() < 0.3),
        "stateful": stateful,
        "unroll": bool(rng.random() < 0.3) and may_unroll,
        "use_bias": bool(rng.random() < 0.8),
        "activation": str(rng.choice(["tanh", "relu", "linear", "softsign"], p=[0.7, 0.1, 0.1, 0.1])),
        "dropout": float(rng.choice([0.0, 0.4])),
        "recurrent_dropout": float(rng.choice([0.0, 0.4])),
    }
    if kind != "SimpleRNN":
        flags["recurrent_activation"] = str(rng.choice(["sigmoid", "hard_sigmoid"]))
        flags["implementation"] = int(rng.choice([1, 2]))
    if kind == "GRU":
        flags["reset_after"] = bool(rng.random() < 0.5)
    units = int(rng.integers(1, 5))
    layer = LAYERS[kind](units, **flags)
    if rng.random() < 0.2:
        merge = str(rng.choice(["concat", "sum", "ave", "mul"]))
        # Keras 3.15 cannot call a stateful Bidirectional that returns its states (compute_mask multiplies a generator)
        flags |= {"go_backwards": False, "return_state": flags["return_state"] and not stateful}
        layer = keras.layers.Bidirectional(LAYERS[kind](units, **flags), merge_mode=merge)
    result = layer(tensor)
    return result[0] if flags["return_state"] else result


def run_cell(layer, x, initial, mask):
    """Return the states (batch, timesteps, units) and the gates, one Keras cell call and plain NumPy per step."""
    timesteps, cell = x.shape[1], layer.cell
    states = [np.asarray(s) for s in initial]
    seen = [np.zeros((*x.shape[:2], s.shape[-1]), "float32") for s in states]
    gates = {}
    for t in reversed(range(timesteps)) if layer.go_backwards else range(timesteps):
        _, new = cell(x[:, t], [keras.ops.convert_to_tensor(s) for s in states])
        new = [keras.ops.convert_to_numpy(s) for s in (new if isinstance(new, (list, tuple)) else [new])]
        for name, gate in numpy_gates(cell, x[:, t], states[0]).items():
            gates.setdefault(name, np.full_like(seen[0], np.nan))
            gates[name][:, t] = gate if mask is None else np.where(mask[:, t, None], gate, np.nan)
        if mask is not None:
            new = [np.where(mask[:, t, None], n, s) for n, s in zip(new, states, strict=True)]
        states = new
        for k, state in enumerate(states):
            seen[k][:, t] = state
    return seen, gates, states


def numpy_gates(cell, x, h):
    """Return the gates of one step from the weights alone: Keras's column order i, f, c, o and z, r, h."""
    if type(cell).__name__ == "SimpleRNNCell":
        return {}
    names = "ifco" if type(cell).__name__ == "LSTMCell" else "zrh"
    kernel, recurrent = (keras.ops.convert_to_numpy(w) for w in (cell.kernel, cell.recurrent_kernel))
    bias = np.zeros((2, kernel.shape[1])) if cell.bias is None else keras.ops.convert_to_numpy(cell.bias)
    bias = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    units, gates = cell.units, {}
    for k, name in enumerate(names):
        columns = slice(k * units, (k + 1) * units)
        inner = x @ kernel[:, columns] + bias[0, columns]
        outer = h @ recurrent[:, columns] + bias[1, columns]
        if name == "h" and names == "zrh":
            after = gates["r"] * outer
            before = (gates["r"] * h) @ recurrent[:, columns] + bias[1, columns]
            outer = after if cell.reset_after else before
        function = cell.activation if name == ("c" if names == "ifco" else "h") else cell.recurrent_activation
        total = keras.ops.convert_to_tensor((inner + outer).astype("float32"))
        gates[name] = keras.ops.convert_to_numpy(function(total))
    return gates
