"""What every constructor argument of the installed Keras changes, shown by a pair of runs."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
from blocks import Cell, code, table
from measures import MEASURES, Side

SEQUENCE = np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")
IDS = np.array([[1, 2, 0], [3, 1, 0]])
VIDEO = np.random.default_rng(0).normal(size=(2, 3, 6, 9, 5)).astype("float32")
PADDED = SEQUENCE.copy()
PADDED[0, 1:] = [[0.0] * 5, [-9.0] * 5]
#: layer -> the arguments that its pairs have besides, the groups of the TOML file, and an input
LAYERS: dict[str, tuple[str, tuple[str, ...], Any]] = {
    "LSTM": ("4", ("recurrent",), SEQUENCE),
    "GRU": ("4", ("recurrent",), SEQUENCE),
    "SimpleRNN": ("4", ("recurrent",), SEQUENCE),
    "RNN": ("LSTMCell(4)", ("recurrent",), SEQUENCE),
    "Bidirectional": ("LSTM(4)", (), SEQUENCE),
    "TimeDistributed": ("Dense(4)", (), SEQUENCE),
    "Embedding": ("10, 4", (), IDS),
    "Masking": ("", (), PADDED),
    "ConvLSTM2D": ("4, 3", ("recurrent",), VIDEO),
}
NAMES = {
    **vars(keras.layers),
    "keras": keras,
    "np": np,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
}
Entry = dict[str, Any]


def all_arguments() -> dict[str, Any]:
    """Return the table of all arguments, and how many there are."""
    rows: list[list[Cell]] = []
    equal: list[str] = []
    for layer in LAYERS:
        for name, default in arguments(layer):
            told = entry(layer, name)
            *cells, without, with_it = row(layer, name, default)
            # one cell for both sides: side by side a page is too narrow
            sides = [": ".join(without), ": ".join(with_it)]
            rows.append([*cells, sides])
            # the page names these under the table
            if told.get("same"):
                equal.append(f"{layer}({name})")
    head = ["layer", "argument", "what it changes", "without, and with it"]
    return {
        "table": table(head, rows, ["layer"], layer="LSTM"),
        "count": len(rows),
        "layers": len(LAYERS),
        "equal": ", ".join(equal),
    }


def arguments(layer: str) -> Iterator[tuple[str, Any]]:
    """Yield every argument of a layer with its default, ``inspect.Parameter.empty`` for none."""
    made_by = getattr(keras.layers, layer).__init__
    # the first is self
    _, *parameters = inspect.signature(made_by).parameters.values()
    for parameter in parameters:
        yield parameter.name, parameter.default


def entries() -> dict[str, dict[str, Entry]]:
    """Return what is written about the arguments, by layer or group, and by argument."""
    path = Path(__file__).with_suffix(".toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def entry(layer: str, name: str) -> Entry:
    """Return what is written about one argument. Raises LookupError where nothing is."""
    known = entries()
    for group in (layer, *LAYERS[layer][1], "every"):
        if name in known.get(group, {}):
            return known[group][name]
    raise LookupError(
        f"Expected a text about {layer}({name}), got none. "
        "Fix: add it to docs/_runs/arguments.toml."
    )


def row(
    layer: str, name: str, default: Any
) -> tuple[str, str, str, list[str], list[str]]:
    """Return layer, argument, what it changes, and for each side constructor and result.

    Raises ValueError where the two do not differ, or differ though they should not.
    """
    told = entry(layer, name)
    measure_name, _, detail = told["measure"].partition(":")
    measure = MEASURES[measure_name]
    details = [detail] if detail else []
    without = constructor(layer, name, told, changed=False)
    with_it = constructor(layer, name, told, changed=True)
    before = measure(side(layer, without), *details)
    after = measure(side(layer, with_it), *details)
    if (before == after) is not told.get("same", False):
        raise ValueError(
            f"Expected {layer}({name}) to show what it changes, got {[before, after]}. "
            "Fix: another value or measure."
        )
    shown = f"{name}={default!r}"
    # it takes several arguments, or has no default
    if name == "kwargs":
        shown = "**kwargs"
    elif default is inspect.Parameter.empty:
        shown = name
    return (
        code(layer),
        code(shown),
        told["text"],
        [code(without), before],
        [code(with_it), after],
    )


def constructor(layer: str, name: str, told: Entry, *, changed: bool) -> str:
    """Return the line that makes one side of a pair."""
    if "pair" in told:
        return f"{layer}({told['pair'][changed]})"
    needed, _, _ = LAYERS[layer]
    given = [needed, told.get("base", "")]
    if changed and name == "kwargs":
        # the whole argument, as its name is not its own
        given.append(told["changed"])
    elif changed:
        value = told["changed"]
        given.append(f"{name}={value}")
    listed = ", ".join(filter(None, given))
    return f"{layer}({listed})"


def side(layer: str, made: str) -> Side:
    """Return one side of a pair. made: the line that makes the layer."""
    return Side(lambda: eval(made, dict(NAMES)), LAYERS[layer][2])
