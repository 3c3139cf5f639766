"""The weight arrays of each layer, the columns of each gate, and the arithmetic of their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from blocks import Cell, axes, code, same, table
from keras import layers

import unrolled
from unrolled import BidirectionalCall, RecurrentCall

BATCH, TIMESTEPS, FEATURES, UNITS, SECOND, IDS, HEIGHT, WIDTH = (
    1,
    6,
    5,
    4,
    7,
    10,
    8,
    9,
)
NAMES = {
    FEATURES: "features",
    UNITS: "units",
    SECOND: "units",
    4 * UNITS: "4 · units",
    3 * UNITS: "3 · units",
}
NAMES |= {3 * SECOND: "3 · units", 2: "rows", IDS: "ids"}
WINDOW = {
    3: "window rows",
    2: "window columns",
    UNITS: "filters",
    4 * UNITS: "4 · filters",
}
#: the axes between timesteps and features
PLACES = {
    layers.ConvLSTM1D: (HEIGHT,),
    layers.ConvLSTM2D: (HEIGHT, WIDTH),
}
Make = Callable[[], Any]
LAYERS: dict[str, Make] = {
    "LSTM(4)": lambda: layers.LSTM(UNITS),
    "LSTM(4, use_bias=False)": lambda: layers.LSTM(UNITS, use_bias=False),
    "GRU(4)": lambda: layers.GRU(UNITS),
    "GRU(4, reset_after=False)": lambda: layers.GRU(UNITS, reset_after=False),
    "SimpleRNN(4)": lambda: layers.SimpleRNN(UNITS),
    "RNN([LSTMCell(4), GRUCell(7)])": lambda: layers.RNN(
        [layers.LSTMCell(UNITS), layers.GRUCell(SECOND)]
    ),
    "Bidirectional(LSTM(4))": lambda: layers.Bidirectional(layers.LSTM(UNITS)),
    "Bidirectional(GRU(4))": lambda: layers.Bidirectional(layers.GRU(UNITS)),
    "ConvLSTM1D(4, 3)": lambda: layers.ConvLSTM1D(UNITS, 3),
    "ConvLSTM2D(4, (3, 2))": lambda: layers.ConvLSTM2D(UNITS, (3, 2)),
    "Embedding(10, 4)": lambda: layers.Embedding(IDS, UNITS),
    "Dense(4)": lambda: layers.Dense(UNITS),
    "TimeDistributed(Dense(4))": lambda: layers.TimeDistributed(
        layers.Dense(UNITS)
    ),
}


def all_layers() -> dict[str, Any]:
    """Return the table of layers, how many there are, and the count of one example."""
    head = [
        "layer",
        "arrays, in the order of `get_weights`",
        "columns of each gate",
        "weights",
    ]
    rows = list(map(row, LAYERS))
    example, _ = build(layers.LSTM(UNITS), (TIMESTEPS, 2))
    return {
        "table": table(head, rows),
        "count": len(rows),
        "example": example.count_params(),
    }


def row(name: str) -> list[Cell]:
    """Return the row of one layer.

    Raises RuntimeError where the arithmetic does not give Keras's count.
    """
    layer = LAYERS[name]()
    places = PLACES.get(type(layer), ())
    names = NAMES | WINDOW if places else NAMES
    inputs: tuple[int, ...] = (TIMESTEPS, *places, FEATURES)
    # it reads ids, which have no features
    if isinstance(layer, layers.Embedding):
        inputs = (TIMESTEPS,)
    model, x = build(layer, inputs)
    call = _call_of(model, x, layer)
    expected = layer.count_params()
    count = call.weights.count
    if count != expected:
        raise RuntimeError(
            f"Expected {expected} weights of {name}, got {count}."
        )
    arrays = []
    for array in layer.weights:
        shape = axes(tuple(array.shape), names)
        whose = _whose(array.path)
        arrays.append(f"{whose}{code(array.name)} {shape}")
    gates = list(_gates(model, x, layer, call))
    return [code(name), arrays, gates or "–", call.weights.formula]


def _call_of(model: Any, x: Any, layer: Any) -> Any:
    """Return the call of a layer in a trace of its model."""
    trace = unrolled.trace(model, x)
    calls = {call.layer_name: call for call in trace.calls}
    return calls[layer.name]


def build(layer: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Return a model of one layer from a fixed seed, and an x for it."""
    keras.utils.set_random_seed(0)
    # any id will do: no gate is looked at
    size = (BATCH, *shape)
    if isinstance(layer, layers.Embedding):
        x = np.ones(size, "int32")
    else:
        rng = np.random.default_rng(0)
        x = rng.normal(size=size).astype("float32")
    inputs = keras.Input(shape, dtype=str(x.dtype))
    return keras.Sequential([inputs, layer]), x


def _whose(path: str) -> str:
    """Return which half of a Bidirectional, or which of several cells, an array belongs to."""
    # every LSTM has an lstm_cell: it is named where there are several
    stacked = "stacked_rnn_cells" in path
    for part in path.split("/"):
        if part.startswith(("forward_", "backward_")):
            half, _, _ = part.partition("_")
            return f"{half} "
        if stacked and part.startswith("lstm_cell"):
            return "LSTMCell "
        if stacked and part.startswith("gru_cell"):
            return "GRUCell "
    return ""


def _gates(model: Any, x: Any, layer: Any, call: Any) -> Iterator[str]:
    """Yield the columns of each gate: those of the kernel that move this gate and no other.

    At the first step that is read h and c are zero, so that each gate depends on the input alone.
    """
    for whose, (kernel, found) in _cells(layer, call).items():
        # the backward half begins at the end
        step = -1 if whose == "backward " else 0
        width = found.h.shape[-1]
        before = kernel.numpy()
        # the gates stand side by side, each as wide as h
        texts = []
        for start in range(0, before.shape[-1], width):
            stop = start + width
            moved = before.copy()
            moved[..., start:stop] += 1
            kernel.assign(moved)
            again = _call_of(model, x, layer)
            kernel.assign(before)
            _, changed = _cells(layer, again)[whose]
            gate = _moved(found, changed, step)
            texts.append(f"{gate} {start}:{stop}")
        yield f"{whose}{', '.join(texts)}"


def _moved(before: RecurrentCall, after: RecurrentCall, step: int) -> str:
    """Return the one gate that is another at a step; of a cell without gates h."""
    old = dict(before.gates)
    new = dict(after.gates)
    if not old:
        old, new = {"h": before.h}, {"h": after.h}
    names = []
    for name, values in old.items():
        if not same(values[:, step], new[name][:, step]):
            names.append(name)
    # a column that moves two gates would belong to none
    if len(names) != 1:
        raise RuntimeError(f"Expected one gate to change, got {names}.")
    return code(names[0])


def _cells(layer: Any, call: Any) -> dict[str, tuple[Any, RecurrentCall]]:
    """Return the kernel and the call of each half, or of each cell, or of the layer, by whose."""
    if isinstance(call, BidirectionalCall):
        forward = layer.forward_layer.cell
        backward = layer.backward_layer.cell
        return {
            "forward ": (forward.kernel, call.forward),
            "backward ": (backward.kernel, call.backward),
        }
    # Dense and Embedding have no gates
    if not isinstance(call, RecurrentCall):
        return {}
    if not call.cells:
        return {"": (layer.cell.kernel, call)}
    found = {}
    for cell, its_call in zip(layer.cell.cells, call.cells, strict=True):
        whose = f"{type(cell).__name__} "
        found[whose] = (cell.kernel, its_call)
    return found
