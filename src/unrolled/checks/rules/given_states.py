"""What is found in the states given to a layer of a functional model: too many, too few, wide.

Keras builds such a model; its error comes with the data, and seldom names a state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from unrolled.axes import say_count, say_shape
from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import calls_of
from unrolled.model_io.nested import leaves
from unrolled.traces.cell_facts import cell_facts_of

_BUILDS = "Keras builds the model, and stops when data come."


def find_in_given_states(layers: Sequence[Any]) -> Iterator[Problem]:
    """Yield the states that do not fit the layer that is to begin with them."""
    for layer in layers:
        sizes = _sizes(layer)
        if not sizes:
            continue
        for node in calls_of(layer):
            yield from _in_one_call(layer, _given(node), sizes)


def _in_one_call(
    layer: Any, given: Sequence[Any], sizes: Sequence[int]
) -> Iterator[Problem]:
    """Yield states too many or too few, or the first that is wider or narrower than its own."""
    if not given:
        return
    if len(given) != len(sizes):
        yield _count(layer, len(given), len(sizes))
        # which state is for which is not known then
        return
    for state, size in zip(given, sizes, strict=True):
        # a width that the model leaves free may be right
        if state.shape[-1] not in (None, size):
            yield _units(layer, state.shape, size)
            return


def _sizes(layer: Any) -> list[int]:
    """Return the last axis of each state that a layer has.

    Units, or filters; empty for what is not recurrent.
    """
    # a Bidirectional has the states of both its halves
    if hasattr(layer, "forward_layer"):
        return _sizes(layer.forward_layer) + _sizes(layer.backward_layer)
    cell = getattr(layer, "cell", None)
    # of several cells in one layer the sizes are nested
    sizes = getattr(cell, "state_size", ())
    return list(map(int, _flatten(sizes)))


def _flatten(value: Any) -> list[Any]:
    """Return the numbers or tensors of nested lists.

    ``leaves`` takes a list of numbers for one array.
    """
    if not isinstance(value, (list, tuple)):
        return leaves(value)
    flat: list[Any] = []
    for part in value:
        flat += _flatten(part)
    return flat


def _given(node: Any) -> list[Any]:
    """Return the tensors that a call took as initial_state."""
    arguments = node.arguments
    # x comes first, and initial_state second where it has no name
    second = (*arguments.args, None, None)[1]
    given = arguments.kwargs.get("initial_state", second)
    return [tensor for tensor in _flatten(given) if hasattr(tensor, "shape")]


def _names(layer: Any) -> str:
    """Return how initial_state is written for a layer."""
    if hasattr(layer, "forward_layer"):
        forward = _names(layer.forward_layer).strip("[]")
        backward = _names(layer.backward_layer).strip("[]")
        return f"[{forward}, {backward}]"
    states = cell_facts_of(type(layer.cell).__name__).states
    names = ", ".join(states)
    if not names:
        # a cell of your own has no names for them
        names = "one_for_each_of_state_size"
    return f"[{names}]"


def _count(layer: Any, given: int, own: int) -> Problem:
    """Return the problem of a layer that is given more or fewer states than it has."""
    mistake = "initial-state-list-index-out-of-range"
    if given > own:
        mistake = "too-few-leaves-for-pytreespec"
    came = f"{given} state{'s' * (given != 1)}"
    fix = f"y = {layer.name}(x, initial_state={_names(layer)})"
    # the states of a Bidirectional encoder, for a decoder that is an LSTM
    if (given, own) == (4, 2):
        fix = (
            "h = keras.layers.Concatenate()([forward_h, backward_h])\n"
            "c = keras.layers.Concatenate()([forward_c, backward_c])\n"
            f"y = {layer.name}(x, initial_state=[h, c])  # with twice the units"
        )
    return Problem(
        mistake=mistake,
        level="raises",
        title=f"The layer {layer.name} is given {came} and has {own}",
        expected=f"initial_state={_names(layer)}",
        came=came,
        why=_BUILDS,
        fix=fix,
        fix_is_example=True,
    )


def _units(layer: Any, came: Sequence[int | None], units: int) -> Problem:
    """Return the problem of a state of another width than the layer has."""
    width = came[-1]
    word = "units"
    made = _constructor(layer, f"{width}")
    fix = f"{made}  # in {layer.name}: as many as the states have"
    # a ConvLSTM keeps a picture, whose height and width are those of its input
    if len(came) > 2:
        word = "channels"
        made = _constructor(layer, f"{width}, kernel_size=3")
        fix = f"{made}  # in {layer.name}: as many filters"
    rows_and_columns = [(None, "")] * (len(came) - 2)
    has = say_count(units, word)
    expected = [(None, "batch"), *rows_and_columns, (units, word)]
    sizes = ", ".join(map(str, came)).replace("None", "batch")
    return Problem(
        mistake="dimensions-must-be-equal-of-initial-state",
        level="raises",
        title=f"The layer {layer.name} has {has} and is given a state of {width}",
        expected=say_shape(expected),
        came=f"({sizes})",
        why=_BUILDS,
        fix=fix,
        fix_is_example=True,
    )


def _constructor(layer: Any, arguments: str) -> str:
    """Return how a layer with these arguments is made, around a half if it is Bidirectional."""
    if hasattr(layer, "forward_layer"):
        half = _constructor(layer.forward_layer, arguments)
        return f"keras.layers.Bidirectional({half})"
    return f"keras.layers.{type(layer).__name__}({arguments})"
