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
    rows = [row(name) for name in LAYERS]
    return {
        "table": table(
            [
                "layer",
                "arrays, in the order of `get_weights`",
                "columns of each gate",
                "weights",
            ],
            rows,
        ),
        "count": len(rows),
        "example": build(layers.LSTM(UNITS), (TIMESTEPS, 2))[0].count_params(),
    }


def row(name: str) -> list[Cell]:
    """Return the row of one layer.

    Raises RuntimeError where the arithmetic does not give Keras's count.
    """
    layer = LAYERS[name]()
    places = {"ConvLSTM1D": (HEIGHT,), "ConvLSTM2D": (HEIGHT, WIDTH)}.get(
        type(layer).__name__, ()
    )
    inputs = (
        (TIMESTEPS,)
        if name.startswith("Embedding")
        else (TIMESTEPS, *places, FEATURES)
    )
    model, x = build(layer, inputs)
    call = next(
        c for c in unrolled.trace(model, x).calls if c.layer_name == layer.name
    )
    if call.weights.count != layer.count_params():
        raise RuntimeError(
            f"Expected {layer.count_params()} weights of {name}, got {call.weights.count}."
        )
    names = NAMES | (WINDOW if places else {})
    arrays = [
        f"{_whose(w.path)}{code(w.name)} {axes(tuple(w.shape), names)}"
        for w in layer.weights
    ]
    return [
        code(name),
        arrays,
        list(_gates(model, x, layer, call)) or "–",
        call.weights.formula,
    ]


def build(layer: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Return a model of one layer from a fixed seed, and an x for it."""
    keras.utils.set_random_seed(0)
    ids = isinstance(layer, layers.Embedding)
    model = keras.Sequential(
        [keras.Input(shape, dtype="int32" if ids else "float32"), layer]
    )
    x = np.random.default_rng(0).normal(size=(BATCH, *shape)).astype("float32")
    return model, np.ones((BATCH, *shape), "int32") if ids else x


def _whose(path: str) -> str:
    """Return which half of a Bidirectional, or which of several cells, an array belongs to."""
    for part in path.split("/"):
        if part.startswith(("forward_", "backward_")):
            return f"{part.split('_')[0]} "
        if "stacked_rnn_cells" in path and part.startswith(
            ("lstm_cell", "gru_cell")
        ):
            return "LSTMCell " if part.startswith("lstm") else "GRUCell "
    return ""


def _gates(model: Any, x: Any, layer: Any, call: Any) -> Iterator[str]:
    """Yield the columns of each gate: those of the kernel that move this gate and no other.

    At the first step that is read h and c are zero, so that each gate depends on the input alone.
    """
    for whose, kernel, found in _cells(layer, call):
        step = -1 if whose == "backward " else 0
        width = found.h.shape[-1]
        before = kernel.numpy()
        texts = []
        for start in range(0, before.shape[-1], width):
            moved = before.copy()
            moved[..., start : start + width] += 1
            kernel.assign(moved)
            again = next(
                c
                for c in unrolled.trace(model, x).calls
                if c.layer_name == layer.name
            )
            kernel.assign(before)
            changed = next(f for w, _, f in _cells(layer, again) if w == whose)
            texts.append(
                f"{_moved(found, changed, step)} {start}:{start + width}"
            )
        yield f"{whose}{', '.join(texts)}"


def _moved(before: RecurrentCall, after: RecurrentCall, step: int) -> str:
    """Return the one gate that is another at a step; of a cell without gates h."""
    pairs = {
        name: (values, after.gates[name])
        for name, values in before.gates.items()
    } or {"h": (before.h, after.h)}
    names = [
        name
        for name, (a, b) in pairs.items()
        if not same(a[:, step], b[:, step])
    ]
    if len(names) != 1:
        raise RuntimeError(f"Expected one gate to change, got {names}.")
    return code(names[0])


def _cells(layer: Any, call: Any) -> Iterator[tuple[str, Any, RecurrentCall]]:
    """Yield whose, the kernel and the call of each half, or of each cell, or of the layer."""
    if isinstance(call, BidirectionalCall):
        yield "forward ", layer.forward_layer.cell.kernel, call.forward
        yield "backward ", layer.backward_layer.cell.kernel, call.backward
    elif isinstance(call, RecurrentCall) and call.cells:
        for cell, found in zip(layer.cell.cells, call.cells, strict=True):
            yield f"{type(cell).__name__} ", cell.kernel, found
    elif isinstance(call, RecurrentCall):
        yield "", layer.cell.kernel, call
