"""What is found in the states given to a layer of a functional model: too many, too few, wide.

Keras builds such a model; its error comes with the data, and seldom names a state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import calls_of
from unrolled.model_io.nested import leaves
from unrolled.traces.cell_facts import cell_facts_of

_BUILDS = "Keras builds the model, and stops when data come."


def find_in_given_states(layers: Sequence[Any]) -> Iterator[Problem]:
    """Yield the states that do not fit the layer that is to begin with them."""
    for layer in layers:
        sizes = _sizes(layer)
        for node in calls_of(layer) if sizes else ():
            given = _given(node)
            if not given:
                continue
            if len(given) != len(sizes):
                yield _count(layer, len(given), len(sizes))
            else:
                yield from _wrong_units(layer, given, sizes)


def _wrong_units(
    layer: Any, given: Sequence[Any], sizes: Sequence[int]
) -> Iterator[Problem]:
    """Yield the first state that is wider or narrower than the layer's own."""
    for state, size in zip(given, sizes, strict=True):
        if state.shape[-1] not in (None, size):
            yield _units(layer, state.shape, size)
            return


def _sizes(layer: Any) -> list[int]:
    """Return the last axis of each state that a layer has.

    Units, or filters; empty for what is not recurrent.
    """
    if hasattr(layer, "forward_layer"):
        return _sizes(layer.forward_layer) + _sizes(layer.backward_layer)
    sizes = getattr(getattr(layer, "cell", None), "state_size", None)
    return [] if sizes is None else [int(size) for size in _flatten(sizes)]


def _flatten(value: Any) -> list[Any]:
    """Return the numbers or tensors of nested lists.

    ``leaves`` takes a list of numbers for one array.
    """
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in _flatten(part)]
    return leaves(value)


def _given(node: Any) -> list[Any]:
    """Return the tensors that a call took as initial_state."""
    arguments = getattr(node, "arguments", None)
    if arguments is None:
        return []
    given = arguments.kwargs.get("initial_state")
    if given is None and len(arguments.args) > 1:
        given = arguments.args[1]
    return [tensor for tensor in _flatten(given) if hasattr(tensor, "shape")]


def _names(layer: Any) -> str:
    """Return how initial_state is written for a layer."""
    if hasattr(layer, "forward_layer"):
        halves = [
            _names(layer.forward_layer)[1:-1],
            _names(layer.backward_layer)[1:-1],
        ]
        return "[" + ", ".join(halves) + "]"
    own = cell_facts_of(type(layer.cell).__name__).states or (
        "one_for_each_of_state_size",
    )
    return f"[{', '.join(own)}]"


def _count(layer: Any, given: int, own: int) -> Problem:
    fix = f"y = {layer.name}(x, initial_state={_names(layer)})"
    if (given, own) == (4, 2):
        fix = (
            "h = keras.layers.Concatenate()([forward_h, backward_h])\n"
            "c = keras.layers.Concatenate()([forward_c, backward_c])\n"
            f"y = {layer.name}(x, initial_state=[h, c])  # with twice the units"
        )
    more = given > own
    return Problem(
        mistake="too-few-leaves-for-pytreespec"
        if more
        else "initial-state-list-index-out-of-range",
        level="raises",
        title=f"The layer {layer.name} is given {_say(given)} and has {own}",
        expected=f"initial_state={_names(layer)}",
        came=_say(given),
        why=_BUILDS,
        fix=fix,
        fix_is_example=True,
    )


def _units(layer: Any, came: Sequence[int | None], units: int) -> Problem:
    flat = len(came) == 2
    word = "units" if flat else "channels"
    kind = type(layer).__name__
    middle = "".join("any, " for _ in came[2:])
    fix = f"keras.layers.{kind}({came[-1]})  # in {layer.name}: as many as the states have"
    if not flat:
        fix = f"keras.layers.{kind}({came[-1]}, kernel_size=3)  # in {layer.name}: as many filters"
    return Problem(
        mistake="dimensions-must-be-equal-of-initial-state",
        level="raises",
        title=f"The layer {layer.name} has {units} {word} and is given a state of {came[-1]}",
        expected=f"(batch, {middle}{units} {word})",
        came=f"({', '.join('batch' if n is None else str(n) for n in came)})",
        why=_BUILDS,
        fix=fix,
        fix_is_example=True,
    )


def _say(count: int) -> str:
    return f"{count} state" + "s" * (count != 1)
