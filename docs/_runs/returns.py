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
#: the axes between timesteps and features
PLACES = {"ConvLSTM1D": (ROWS,), "ConvLSTM2D": (ROWS, COLUMNS)}
#: what is compared, in words
COMPARED = {
    "list": "`stateful=True` returns the same arrays, in the same order, as `stateful=False`",
    "stateless": "`stateful=False`: a second call with the same x returns the same values",
    "stateful": "`stateful=True`: a second call with the same x returns the same values",
}


def all_flags() -> dict[str, Any]:
    """Return the table of all flags, and how many combinations there are."""
    keras.utils.set_random_seed(0)
    rows = [_row(*case) for case in cases()]
    filters = ["layer", "merge_mode", "return_sequences", "return_state"]
    head = [*filters, "what comes back, in this order"]
    return {
        "table": table(head, rows, filters, layer="LSTM"),
        "combinations": len(rows),
    }


def cases() -> Iterator[tuple[str, str | None, Options]]:
    """Yield layer, merge_mode (empty for a layer that has none) and flags of every combination."""
    flags: list[Options] = []
    for sequences, state in product((False, True), repeat=2):
        flags.append({"return_sequences": sequences, "return_state": state})
    for layer, options in product(PLAIN, flags):
        yield layer, "", options
    wrapped = ("LSTM", "GRU", "SimpleRNN")
    merges = (*MERGES, None)
    for layer, merge, options in product(wrapped, merges, flags):
        yield f"Bidirectional({layer})", merge, options


def returned(
    layer: str, merge: str | None, options: Options
) -> list[tuple[str, tuple[int, ...], str]]:
    """Return index, shape and name of each array that a layer returns.

    Raises RuntimeError where an array is not exactly one of those in the trace.
    """
    model, x = build(layer, merge, options)
    trace = unrolled.trace(model, x)
    kinds = BidirectionalCall | RecurrentCall
    call = next(call for call in trace.calls if isinstance(call, kinds))
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
    if layer in PLAIN:
        made = PLAIN[layer](**options)
    else:
        wrapped = layer.removeprefix("Bidirectional(").removesuffix(")")
        half = PLAIN[wrapped](**options)
        made = layers.Bidirectional(half, merge_mode=merge)
    places = PLACES.get(layer, ())
    inputs = keras.Input(batch_shape=(BATCH, TIMESTEPS, *places, FEATURES))
    rng = np.random.default_rng(0)
    x = rng.normal(size=inputs.shape).astype("float32")
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
    states = {"h": call.h}
    if call.c is not None:
        states["c"] = call.c
    for name, values in states.items():
        yield f"`{name}`{whose} at every step", values
        for t in range(TIMESTEPS):
            yield f"`{name}`{whose} at {when(t)}", values[:, t]


def _of_halves(call: BidirectionalCall) -> Iterator[tuple[str, Any]]:
    """Yield the states of both halves, and their h put together, at every pair of steps."""
    forward, backward = call.forward, call.backward
    yield from _of_states(forward, " of the forward half")
    yield from _of_states(backward, " of the backward half")
    if call.merge_mode is None:
        return
    word, merge = MERGES[call.merge_mode]
    both = f"`h` of the forward and the backward half, {word},"
    yield f"{both} at every step", merge(forward.h, backward.h)
    for a, b in product(range(TIMESTEPS), repeat=2):
        first = f"`h` of the forward half at {when(a)}"
        second = f"of the backward half at {when(b)}"
        merged = merge(forward.h[:, a], backward.h[:, b])
        yield f"{first} and {second}, {word}", merged


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
    names = NAMES
    if layer.startswith("ConvLSTM"):
        names = NAMES | {UNITS: "filters"}
    lines = []
    for index, shape, name in returned(layer, merge, options):
        array = f"{axes(shape, names)}: {name}"
        lines.append(f"`{index}` {array}" if index else array)
    merge_mode = "–" if merge == "" else str(merge)
    flags = map(str, options.values())
    return [f"`{layer}`", merge_mode, *flags, lines]


def stateful() -> dict[str, Block]:
    """Return how many combinations return the same with stateful=True, and in a second call."""
    count = 0
    alike = dict.fromkeys(COMPARED, 0)
    raised: dict[str, list[str]] = {}
    for case in cases():
        count += 1
        found, message = _compare(*case)
        for key in found:
            alike[key] += 1
        if message:
            raised.setdefault(message, []).append(f"`{case[0]}`")
    rows = []
    for key, text in COMPARED.items():
        rows.append([text, f"{alike[key]} of {count}"])
    for message, raising in raised.items():
        flags = "`stateful=True` with `return_state=True`"
        whose = ", ".join(sorted(set(raising)))
        text = f"{flags} raises {code(message)} for {whose}"
        rows.append([text, f"{len(raising)} of {count}"])
    return {"stateful": table(["what was compared", "combinations"], rows)}


def _compare(
    layer: str, merge: str | None, options: Options
) -> tuple[set[str], str]:
    """Return which of COMPARED are alike for one combination, and what it raises if stateful."""
    found: set[str] = set()
    keeping = options | {"stateful": True}
    if _repeats(layer, merge, options):
        found.add("stateless")
    try:
        kept = returned(layer, merge, keeping)
    except TypeError as error:
        if not options["return_state"]:
            raise
        return found, f"{type(error).__name__}: {error}"
    if kept == returned(layer, merge, options):
        found.add("list")
    if _repeats(layer, merge, keeping):
        found.add("stateful")
    return found, ""


def _repeats(layer: str, merge: str | None, options: Options) -> bool:
    """Tell whether two calls with one x return the same values."""
    model, x = build(layer, merge, options)
    first, second = flat(model(x)), flat(model(x))
    pairs = zip(first, second, strict=True)
    return all(same(before, after) for (_, before), (_, after) in pairs)
