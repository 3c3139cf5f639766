"""The outputs of a model, each with its labels and the loss that judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from unrolled.keras_bridge.losses import guess_loss, read_loss
from unrolled.keras_bridge.models import last_activation
from unrolled.model_io.arrays import (
    ArrayArgument,
    GivenStructure,
    count_arrays,
    read_array,
)
from unrolled.model_io.loss_shapes import Shape
from unrolled.model_io.losses import LossSpec
from unrolled.model_io.matching import by_output
from unrolled.model_io.nested import Path, spell, walk
from unrolled.model_io.signature import ModelIO, OutputSpec
from unrolled.traces.calls import LayerCall, Trace
from unrolled.traces.cells import Array


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output of the model with its labels.

    Attributes
    ----------
    name : str
        Its key in the dict that the model returns, or the name of the layer that makes it.
    shape : tuple of int or None
        For the batch that was run; None where it is not known.
    path : tuple
        The keys and numbers that lead to it in what the model returns.
    labels : ArrayArgument or None
        What it is compared with.
    loss : LossSpec or None
        What compares them; None without labels, and where that is not known.
    values : numpy.ndarray or None
        What came out.
    call : LayerCall or None
        The call that made it.
    activation : str
        The last thing done to it; empty where that is not known.
    """

    name: str
    shape: Shape | None
    path: Path = ()
    labels: ArrayArgument | None = None
    loss: LossSpec | None = None
    values: Array | None = None
    call: LayerCall | None = None
    activation: str = ""


def read_outputs(
    io: ModelIO, trace: Trace | None, size: int
) -> tuple[Output, ...]:
    """Return the outputs of the run, or without one what the model says of them."""
    if trace is None:
        return tuple(_unseen(spec, size) for spec in io.outputs)
    seen = zip(
        trace.outputs, trace.output_names, trace.output_paths, strict=True
    )
    makers = zip(trace.output_sources, trace.output_indices, strict=True)
    return tuple(
        Output(
            name=name,
            shape=values.shape,
            path=path,
            values=values,
            call=call,
            activation=_activation(call, index),
        )
        for (values, name, path), (call, index) in zip(
            seen, makers, strict=True
        )
    )


def _unseen(spec: OutputSpec, size: int) -> Output:
    shape = (size, *spec.shape[1:])
    known = tuple(n for n in shape if n is not None)
    return Output(
        name=spec.name,
        shape=known if len(known) == len(shape) else None,
        path=spec.path,
        activation=spec.activation,
    )


def _activation(call: LayerCall | None, index: int = 0) -> str:
    """Return the activation of the call that made an output, also inside a nested model."""
    if call is None:
        return ""
    if call.is_model and call.inside:
        return _activation(call.inside[-1])
    return last_activation(call.layer_class, call.config, index)


def read_labels(
    outputs: Sequence[Output], y: Any, losses: Sequence[Any]
) -> tuple[dict[int, ArrayArgument], GivenStructure | None]:
    """Return the labels by the number of their output, and what was given where they do not fit.

    An output that has no loss, where others have one, needs no labels.
    """
    if y is None:
        return {}, None
    judged = [k for k, loss in enumerate(losses) if loss is not None]
    for numbers in (list(range(len(outputs))), judged):
        found = _match([outputs[k] for k in numbers], y)
        if found is not None:
            return dict(zip(numbers, found, strict=True)), None
    return {}, count_arrays(y)


def _match(outputs: Sequence[Output], y: Any) -> list[ArrayArgument] | None:
    """Return the labels of these outputs in their order.

    None where y does not have one for each.
    """
    if not outputs:
        return None
    try:
        found = by_output(
            y, [o.path for o in outputs], [o.name for o in outputs]
        )
    except ValueError:
        return None
    return [
        read_array(output.name, value, spell("y", path))
        for output, (path, value) in zip(outputs, found, strict=True)
    ]


def read_loose_labels(y: Any) -> tuple[ArrayArgument, ...]:
    """Return the arrays of a y that a model compares with its outputs in code of its own."""
    if y is None:
        return ()
    variables = ((spell("y", path), value) for path, value in walk(y))
    return tuple(
        read_array(variable, value, variable) for variable, value in variables
    )


def add_loss(
    output: Output,
    labels: ArrayArgument,
    loss: Any,
    size: int,
    *,
    may_guess: bool,
) -> Output:
    """Return an output with its labels and what compares them.

    A loss is guessed where the model has none at all.
    """
    found = None
    array = labels.array
    if array is not None and array.ndim and output.shape is not None:
        if loss is not None:
            found = read_loss(loss)
        elif may_guess and output.shape:
            found = guess_loss(output.activation, array[:size], output.shape)
    return replace(output, labels=labels, loss=found)
