"""What every recurrent layer returns, by its flags: arrays are recognised in the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Run:
    """What came of two calls of a layer.

    arrays: index, shape and name of each array that it returns. repeats: whether a second call
    with the same x returns the same values.
    """

    arrays: Sequence[tuple[str, tuple[int, ...], str]]
    repeats: bool


def all_flags() -> dict[str, Any]:
    """Return the table of all flags, how many combinations there are, and what stateful changes."""
    keras.utils.set_random_seed(0)
    rows = []
    comparison = Comparison()
    for layer, merge, options in cases():
        run = run_layer(layer, merge, options)
        row = _row(layer, merge, options, run)
        rows.append(row)
        comparison.add(layer, merge, options, run)
    filters = ["layer", "merge_mode", "return_sequences", "return_state"]
    head = [*filters, "what comes back, in this order"]
    return {
        "table": table(head, rows, filters, layer="LSTM"),
        "combinations": len(rows),
        "stateful": comparison.block(len(rows)),
    }


def cases() -> Iterator[tuple[str, str | None, Options]]:
    """Yield layer, merge_mode (empty for a layer that has none) and flags of every combination."""
    flags: list[Options] = []
    for sequences, state in product((False, True), repeat=2):
        options = {"return_sequences": sequences, "return_state": state}
        flags.append(options)
    for layer, options in product(PLAIN, flags):
        yield layer, "", options
    wrapped = ("LSTM", "GRU", "SimpleRNN")
    merges = (*MERGES, None)
    for layer, merge, options in product(wrapped, merges, flags):
        yield f"Bidirectional({layer})", merge, options


def run_layer(layer: str, merge: str | None, options: Options) -> Run:
    """Trace and call a layer, and name what it returns.

    Raises RuntimeError where an array is not exactly one of those in the trace.
    """
    model, x = build(layer, merge, options)
    trace = unrolled.trace(model, x)
    kinds = BidirectionalCall | RecurrentCall
    call = next(call for call in trace.calls if isinstance(call, kinds))
    known = dict(candidates(call))
    # the trace left the states as they were: this is the first call that moves them
    first = list(flat(model(x)))
    second = list(flat(model(x)))
    arrays = []
    for index, array in first:
        names = [name for name, values in known.items() if same(array, values)]
        # two that are alike by chance would leave open which one it is
        if len(names) != 1:
            raise RuntimeError(
                f"Expected one array of the trace like {layer}{index} with {options}, got {names}."
            )
        arrays.append((index, array.shape, names[0]))
    # the same arrays, one after the other
    pairs = zip(first, second, strict=True)
    repeats = all(same(before, after) for (_, before), (_, after) in pairs)
    return Run(arrays, repeats)


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
        return
    # of several cells each has its states
    for number, cell in enumerate(call.cells):
        yield from _of_states(cell, f" of cell {number}")
    if not call.cells:
        yield from _of_states(call, "")


def _of_states(call: RecurrentCall, whose: str) -> Iterator[tuple[str, Any]]:
    """Yield h and c, at every step and at each."""
    states = {"h": call.h}
    if call.c is not None:
        states["c"] = call.c
    for name, values in states.items():
        state = f"`{name}`{whose}"
        yield f"{state} at every step", values
        for t in range(TIMESTEPS):
            yield f"{state} at {when(t)}", values[:, t]


def _of_halves(call: BidirectionalCall) -> Iterator[tuple[str, Any]]:
    """Yield the states of both halves, and their h put together, at every pair of steps."""
    forward, backward = call.forward, call.backward
    yield from _of_states(forward, " of the forward half")
    yield from _of_states(backward, " of the backward half")
    # both come back as they are
    if call.merge_mode is None:
        return
    word, merge = MERGES[call.merge_mode]
    both = f"`h` of the forward and the backward half, {word},"
    yield f"{both} at every step", merge(forward.h, backward.h)
    # the last step of one half is the first of the other
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
    if not isinstance(values, list | tuple):
        yield index, np.asarray(values)
        return
    for number, value in enumerate(values):
        place = f"{index}[{number}]"
        yield from flat(value, place)


def _row(
    layer: str, merge: str | None, options: Options, run: Run
) -> list[str | list[str]]:
    """Return the row of one layer with its flags."""
    names = NAMES
    if layer.startswith("ConvLSTM"):
        names = NAMES | {UNITS: "filters"}
    lines = []
    for index, shape, name in run.arrays:
        line = f"{axes(shape, names)}: {name}"
        # one array alone is no list
        if index:
            line = f"`{index}` {line}"
        lines.append(line)
    # None is a merge_mode too
    merge_mode = "–" if merge == "" else str(merge)
    flags = map(str, options.values())
    return [f"`{layer}`", merge_mode, *flags, lines]


class Comparison:
    """Counts what stays the same with ``stateful=True``, and in a second call."""

    def __init__(self) -> None:
        self.alike = dict.fromkeys(COMPARED, 0)
        self.raised: dict[str, list[str]] = {}

    def add(
        self, layer: str, merge: str | None, options: Options, run: Run
    ) -> None:
        """Run a layer that keeps its states, and compare it with the run of one that does not."""
        self.alike["stateless"] += run.repeats
        try:
            kept = run_layer(layer, merge, options | {"stateful": True})
        except TypeError as error:
            # the one that is known; any other ends the run
            if not options["return_state"]:
                raise
            message = f"{type(error).__name__}: {error}"
            raising = self.raised.setdefault(message, [])
            raising.append(f"`{layer}`")
            return
        self.alike["list"] += kept.arrays == run.arrays
        self.alike["stateful"] += kept.repeats

    def block(self, combinations: int) -> Block:
        """Return the table of the counts."""
        rows = []
        for key, text in COMPARED.items():
            count = self.alike[key]
            rows.append([text, f"{count} of {combinations}"])
        # every error by itself, with the layers that raise it
        for message, raising in self.raised.items():
            flags = "`stateful=True` with `return_state=True`"
            whose = ", ".join(sorted(set(raising)))
            text = f"{flags} raises {code(message)} for {whose}"
            rows.append([text, f"{len(raising)} of {combinations}"])
        return table(["what was compared", "combinations"], rows)
