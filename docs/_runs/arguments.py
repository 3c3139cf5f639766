"""What every constructor argument of the installed Keras changes, shown by a pair of runs."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator, Sequence
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
    every = [
        (layer, name, default)
        for layer in LAYERS
        for name, default in arguments(layer)
    ]
    head = ["layer", "argument", "what it changes", "without, and with it"]
    equal = list(
        dict.fromkeys(
            f"{layer}({name})"
            for layer, name, _ in every
            if entry(layer, name).get("same")
        )
    )
    return {
        "table": table(
            head,
            [in_one_cell(*row(*each)) for each in every],
            ["layer"],
            layer="LSTM",
        ),
        "count": len(every),
        "layers": len(LAYERS),
        "equal": ", ".join(equal),
    }


def in_one_cell(
    layer: str, argument: str, text: str, *sides: Sequence[str]
) -> list[Cell]:
    """Return a row whose two sides stand in one cell: side by side a page is too narrow."""
    return [layer, argument, text, [": ".join(side) for side in sides]]


def arguments(layer: str) -> Iterator[tuple[str, Any]]:
    """Yield every argument of a layer with its default, ``inspect.Parameter.empty`` for none."""
    signature = inspect.signature(getattr(keras.layers, layer).__init__)
    yield from (
        (p.name, p.default)
        for p in signature.parameters.values()
        if p.name != "self"
    )


def entries() -> dict[str, dict[str, Entry]]:
    """Return what is written about the arguments, by layer or group, and by argument."""
    return tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    )


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
    measure, _, detail = told["measure"].partition(":")
    sides = [
        constructor(layer, name, told, changed=changed)
        for changed in (False, True)
    ]
    found = [
        MEASURES[measure](side(layer, made), *([detail] if detail else []))
        for made in sides
    ]
    if (found[0] == found[1]) is not told.get("same", False):
        raise ValueError(
            f"Expected {layer}({name}) to show what it changes, got {found}. "
            "Fix: another value or measure."
        )
    shown = (
        name if default is inspect.Parameter.empty else f"{name}={default!r}"
    )
    first, second = (
        [code(made), result] for made, result in zip(sides, found, strict=True)
    )
    return (
        code(layer),
        code("**kwargs" if name == "kwargs" else shown),
        told["text"],
        first,
        second,
    )


def constructor(layer: str, name: str, told: Entry, *, changed: bool) -> str:
    """Return the line that makes one side of a pair."""
    if "pair" in told:
        return f"{layer}({told['pair'][changed]})"
    given = [LAYERS[layer][0], told.get("base", "")]
    if changed:
        given.append(
            told["changed"] if name == "kwargs" else f"{name}={told['changed']}"
        )
    return f"{layer}({', '.join(g for g in given if g)})"


def side(layer: str, made: str) -> Side:
    """Return one side of a pair. made: the line that makes the layer."""
    return Side(lambda: eval(made, dict(NAMES)), LAYERS[layer][2])
