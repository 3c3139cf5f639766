"""What is found in the states given to a layer of a functional model, where they stop its run: too many, too few, wide.

Keras builds such a model; its error comes with the data, and seldom names a state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from keras.src import tree

from unrolled.checks.reports import Problem
from unrolled.traces.cells import STATES

_BUILDS = "Keras builds the model, and stops when data come."


def find_in_given_states(layers: Sequence[Any]) -> Iterator[Problem]:
    """Yield the states that do not fit the layer that is to begin with them."""
    for layer in layers:
        sizes = _sizes(layer)
        for node in getattr(layer, "_inbound_nodes", ()) if sizes else ():
            given = _given(node)
            if given and len(given) != len(sizes):
                yield _count(layer, len(given), len(sizes))
            elif given:
                wrong = [
                    (s.shape, n)
                    for s, n in zip(given, sizes, strict=True)
                    if s.shape[-1] not in (None, n)
                ]
                yield from (_units(layer, *wrong[0]),) if wrong else ()


def _sizes(layer: Any) -> list[int]:
    """Return the last axis of each state that a layer has: units, or filters; empty for what is not recurrent."""
    if hasattr(layer, "forward_layer"):
        return _sizes(layer.forward_layer) + _sizes(layer.backward_layer)
    return [
        int(size)
        for size in tree.flatten(getattr(getattr(layer, "cell", None), "state_size", None) or [])
    ]


def _given(node: Any) -> list[Any]:
    """Return the tensors that a call took as initial_state."""
    arguments = node.arguments
    given = arguments.kwargs.get("initial_state")
    if given is None and len(arguments.args) > 1:
        given = arguments.args[1]
    return [tensor for tensor in tree.flatten(given) if hasattr(tensor, "shape")]


def _names(layer: Any) -> str:
    """Return how initial_state is written for a layer."""
    if hasattr(layer, "forward_layer"):
        halves = [_names(layer.forward_layer)[1:-1], _names(layer.backward_layer)[1:-1]]
        return "[" + ", ".join(halves) + "]"
    own = STATES.get(type(layer.cell).__name__, ("one for each of state_size",))
    return f"[{', '.join(own)}]"


def _count(layer: Any, given: int, own: int) -> Problem:
    more = given > own
    return Problem(
        "too-few-leaves-for-pytreespec" if more else "initial-state-list-index-out-of-range",
        "raises",
        f"The layer {layer.name} is given {_said(given)} and has {own}",
        f"initial_state={_names(layer)}",
        _said(given),
        _BUILDS,
        f"h, c = keras.layers.Concatenate()([forward_h, backward_h]), keras.layers.Concatenate()([forward_c, "
        f"backward_c])  # and twice the units in {layer.name}"
        if (given, own) == (4, 2)
        else f"{layer.name}(x, initial_state={_names(layer)})",
    )


def _units(layer: Any, came: Sequence[int | None], units: int) -> Problem:
    word = "units" if len(came) == 2 else "channels"
    return Problem(
        "dimensions-must-be-equal-of-initial-state",
        "raises",
        f"The layer {layer.name} has {units} {word} and is given a state of {came[-1]}",
        f"(batch, {', '.join('...' for _ in came[2:])}{', ' * (len(came) > 2)}{units} {word})",
        f"({', '.join('batch' if n is None else str(n) for n in came)})",
        _BUILDS,
        f"keras.layers.{type(layer).__name__}({came[-1]}, ...)  # in {layer.name}: as many as the states have"
        if len(came) == 2
        else f"keras.layers.{type(layer).__name__}(filters={came[-1]}, ...)  # in {layer.name}",
    )


def _said(count: int) -> str:
    return f"{count} state" + "s" * (count != 1)
