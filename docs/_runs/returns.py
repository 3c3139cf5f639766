"""What every recurrent layer returns, by its flags: arrays are recognised in the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import keras
import numpy as np
from blocks import Block, axes, code, same, table
from keras import layers

import unrolled
from unrolled import BidirectionalCall, RecurrentCall

BATCH, TIMESTEPS, FEATURES, UNITS, SECOND, ROWS, COLUMNS = 2, 3, 5, 4, 7, 6, 9
NAMES = {
    BATCH: "batch",
    TIMESTEPS: "timesteps",
    UNITS: "units",
    SECOND: "units",
    2 * UNITS: "2 · units",
    ROWS: "rows",
    COLUMNS: "columns",
}
Options = dict[str, Any]
Make = Callable[..., Any]
PLAIN: dict[str, Make] = {
    "LSTM": lambda **o: layers.LSTM(UNITS, **o),
    "GRU": lambda **o: layers.GRU(UNITS, **o),
    "SimpleRNN": lambda **o: layers.SimpleRNN(UNITS, **o),
    "RNN(cell)": lambda **o: layers.RNN(layers.LSTMCell(UNITS), **o),
    "RNN([cell, cell])": lambda **o: layers.RNN(
        [layers.LSTMCell(UNITS), layers.GRUCell(SECOND)], **o
    ),
    "ConvLSTM1D": lambda **o: layers.ConvLSTM1D(UNITS, 3, padding="same", **o),
    "ConvLSTM2D": lambda **o: layers.ConvLSTM2D(UNITS, 3, padding="same", **o),
}
MERGES: dict[str | None, tuple[str, Callable[[Any, Any], Any]]] = {
    "concat": ("side by side", lambda a, b: np.concatenate([a, b], axis=-1)),
    "sum": ("added", lambda a, b: a + b),
    "mul": ("multiplied", lambda a, b: a * b),
    "ave": ("averaged", lambda a, b: (a + b) / 2),
}


def all_flags() -> dict[str, Any]:
    """Return the table of all flags, and how many combinations there are."""
    keras.utils.set_random_seed(0)
    rows = [_row(*case) for case in cases()]
    return {
        "table": table(
            [
                "layer",
                "merge_mode",
                "return_sequences",
                "return_state",
                "what comes back, in this order",
            ],
            rows,
            ["layer", "merge_mode", "return_sequences", "return_state"],
            layer="LSTM",
        ),
        "combinations": len(rows),
    }


def cases() -> Iterator[tuple[str, str | None, Options]]:
    """Yield layer, merge_mode (empty for a layer that has none) and flags of every combination."""
    flags = [
        {"return_sequences": s, "return_state": r}
        for s, r in product((False, True), repeat=2)
    ]
    for layer, options in product(PLAIN, flags):
        yield layer, "", options
    for layer, merge, options in product(
        ("LSTM", "GRU", "SimpleRNN"), (*MERGES, None), flags
    ):
        yield f"Bidirectional({layer})", merge, options


def returned(
    layer: str, merge: str | None, options: Options
) -> list[tuple[str, tuple[int, ...], str]]:
    """Return index, shape and name of each array that a layer returns.

    Raises RuntimeError where an array is not exactly one of those in the trace.
    """
    model, x = build(layer, merge, options)
    trace = unrolled.trace(model, x)
    call = next(
        c
        for c in trace.calls
        if isinstance(c, BidirectionalCall | RecurrentCall)
    )
    known = dict(candidates(call))
    found = []
    for index, array in flat(model(x)):
        names = [name for name, values in known.items() if same(array, values)]
        if len(names) != 1:
            raise RuntimeError(
                f"Expected one array of the trace like {layer}{index} with {options}, got {names}."
            )
        found.append((index, array.shape, names[0]))
    return found


def build(layer: str, merge: str | None, options: Options) -> tuple[Any, Any]:
    """Return a model of one layer, and an x for it."""
    inner = (
        layer.removeprefix("Bidirectional(").removesuffix(")")
        if layer not in PLAIN
        else layer
    )
    made = PLAIN[inner](**options)
    if inner != layer:
        made = layers.Bidirectional(made, merge_mode=merge)
    places = {"ConvLSTM1D": (ROWS,), "ConvLSTM2D": (ROWS, COLUMNS)}.get(
        layer, ()
    )
    inputs = keras.Input(batch_shape=(BATCH, TIMESTEPS, *places, FEATURES))
    x = np.random.default_rng(0).normal(size=inputs.shape).astype("float32")
    return keras.Model(inputs, made(inputs)), x


def candidates(call: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and values of every array of the trace that a layer could return."""
    if isinstance(call, BidirectionalCall):
        yield from _of_halves(call)
    elif call.cells:
        for number, cell in enumerate(call.cells):
            yield from _of_states(cell, f" of cell {number}")
    else:
        yield from _of_states(call, "")


def _of_states(call: RecurrentCall, whose: str) -> Iterator[tuple[str, Any]]:
    """Yield h and c, at every step and at each."""
    states = {"h": call.h} | ({} if call.c is None else {"c": call.c})
    for name, values in states.items():
        yield f"`{name}`{whose} at every step", values
        for t in range(TIMESTEPS):
            yield f"`{name}`{whose} at {when(t)}", values[:, t]


def _of_halves(call: BidirectionalCall) -> Iterator[tuple[str, Any]]:
    """Yield the states of both halves, and their h put together, at every pair of steps."""
    forward, backward = call.forward, call.backward
    yield from _of_states(forward, " of the forward half")
    yield from _of_states(backward, " of the backward half")
    for word, merge in (
        m for name, m in MERGES.items() if name == call.merge_mode
    ):
        both = f"`h` of the forward and the backward half, {word},"
        yield f"{both} at every step", merge(forward.h, backward.h)
        for a, b in product(range(TIMESTEPS), repeat=2):
            halves = f"`h` of the forward half at {when(a)} and of the backward half at {when(b)}"
            name = f"{halves}, {word}"
            yield name, merge(forward.h[:, a], backward.h[:, b])


def when(t: int) -> str:
    """Return the name of a step."""
    ends = {0: " (the first step)", TIMESTEPS - 1: " (the last step)"}
    return f"t = {t}{ends.get(t, '')}"


def flat(values: Any, index: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the arrays of a nested list, each with its index."""
    if isinstance(values, list | tuple):
        for number, value in enumerate(values):
            yield from flat(value, f"{index}[{number}]")
    else:
        yield index, np.asarray(values)


def _row(
    layer: str, merge: str | None, options: Options
) -> list[str | list[str]]:
    names = NAMES | ({UNITS: "filters"} if layer.startswith("ConvLSTM") else {})
    lines = [
        f"`{index}` {axes(shape, names)}: {name}"
        if index
        else f"{axes(shape, names)}: {name}"
        for index, shape, name in returned(layer, merge, options)
    ]
    return [
        f"`{layer}`",
        str(merge) if merge != "" else "–",
        *(str(v) for v in options.values()),
        lines,
    ]


def stateful() -> dict[str, Block]:
    """Return how many combinations return the same with stateful=True, and in a second call."""
    found = [_compare(*case) for case in cases()]
    of = f"of {len(found)}"
    raised = dict.fromkeys(f["raised"] for f in found if "raised" in f)
    lines = {
        "`stateful=True` returns the same arrays, in the same order, as `stateful=False`": "list",
        "`stateful=False`: a second call with the same x returns the same values": "stateless",
        "`stateful=True`: a second call with the same x returns the same values": "stateful",
    }
    rows = [
        [text, f"{sum(f.get(key, False) for f in found)} {of}"]
        for text, key in lines.items()
    ]
    for message in raised:
        layers_ = sorted(
            {f["layer"] for f in found if f.get("raised") == message}
        )
        flags = "`stateful=True` with `return_state=True`"
        text = f"{flags} raises {code(message)} for {', '.join(layers_)}"
        rows.append(
            [text, f"{sum(f.get('raised') == message for f in found)} {of}"]
        )
    return {"stateful": table(["what was compared", "combinations"], rows)}


def _compare(layer: str, merge: str | None, options: Options) -> dict[str, Any]:
    """Return how one combination behaves with and without stateful, or what it raises with it."""
    found: dict[str, Any] = {
        "layer": f"`{layer}`",
        "stateless": _repeats(layer, merge, options),
    }
    try:
        kept = returned(layer, merge, options | {"stateful": True})
    except TypeError as error:
        if not options["return_state"]:
            raise
        return found | {"raised": f"{type(error).__name__}: {error}"}
    found["list"] = kept == returned(layer, merge, options)
    return found | {
        "stateful": _repeats(layer, merge, options | {"stateful": True})
    }


def _repeats(layer: str, merge: str | None, options: Options) -> bool:
    """Tell whether two calls with one x return the same values."""
    model, x = build(layer, merge, options)
    first, second = (dict(flat(model(x))) for _ in range(2))
    return all(same(first[index], second[index]) for index in first)
