"""The outputs of a model, each with its labels and the loss that judges it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.keras_bridge.losses import guess_loss, read_loss
from unrolled.keras_bridge.models import last_activation
from unrolled.model_io.arrays import (
    ArrayArgument,
    GivenStructure,
    count_arrays,
)
from unrolled.model_io.labels import read_loose_y, read_y
from unrolled.model_io.loss_shapes import Shape
from unrolled.model_io.losses import LossSpec
from unrolled.model_io.nested import Path
from unrolled.model_io.signature import ModelIO, OutputSpec
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.trace import Trace


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


@dataclass(frozen=True, kw_only=True)
class JudgedOutput:
    """An output with labels that a loss compares with it.

    Attributes
    ----------
    output : Output
        What is known of it besides.
    shape : tuple of int
        For the batch that was run.
    labels : numpy.ndarray
        Of all samples, with the axis batch.
    variable : str
        How the labels are written: ``y['level']``.
    loss : LossSpec
        What compares them.
    """

    output: Output
    shape: Shape
    labels: Array
    variable: str
    loss: LossSpec

    @property
    def activation(self) -> str:
        """The last thing done to the output; empty where that is not known."""
        return self.output.activation

    @property
    def finite(self) -> Array:
        """The labels that are finite numbers, flat where some are not."""
        if self.labels.dtype.kind != "f":
            return self.labels
        is_finite = np.isfinite(self.labels)
        return self.labels if is_finite.all() else self.labels[is_finite]


def read_outputs(
    io: ModelIO, trace: Trace | None, size: int
) -> tuple[Output, ...]:
    """Return the outputs of the run, or without one what the model says of them."""
    if trace is None:
        return tuple(_unseen(spec, size) for spec in io.outputs)
    return tuple(_seen(trace, k) for k in range(len(trace.outputs)))


def _seen(trace: Trace, number: int) -> Output:
    values, call = trace.outputs[number], trace.output_sources[number]
    return Output(
        name=trace.output_names[number],
        shape=values.shape,
        path=trace.output_paths[number],
        values=values,
        call=call,
        activation=_activation(call, trace.output_indices[number]),
    )


def _unseen(spec: OutputSpec, size: int) -> Output:
    rest = [n for n in spec.shape[1:] if n is not None]
    is_known = len(rest) == len(spec.shape) - 1
    return Output(
        name=spec.name,
        shape=(size, *rest) if is_known else None,
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
    paths = [output.path for output in outputs]
    names = [output.name for output in outputs]
    given = read_y(y, paths, names)
    if given.misfit:
        return None
    return list(given.arguments)


def read_loose_labels(y: Any) -> tuple[ArrayArgument, ...]:
    """Return the arrays of a y that a model compares with its outputs in code of its own."""
    if y is None:
        return ()
    return tuple(read_loose_y(y).arguments)


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
    output = replace(output, labels=labels)
    array, shape = labels.array, output.shape
    if array is None or array.ndim == 0 or shape is None:
        return output
    if loss is not None:
        return replace(output, loss=read_loss(loss))
    if not may_guess or not shape:
        return output
    return replace(
        output, loss=guess_loss(output.activation, array[:size], shape)
    )


def judged_outputs(outputs: Sequence[Output]) -> Iterator[JudgedOutput]:
    """Yield the outputs that a loss compares with labels, one by one or by classes."""
    for output in outputs:
        labels, shape = output.labels, output.shape
        if output.loss is None or labels is None or labels.array is None:
            continue
        if shape:
            yield JudgedOutput(
                output=output,
                shape=shape,
                labels=labels.array,
                variable=labels.variable,
                loss=output.loss,
            )
