"""The outputs of a model, each with its labels and the loss that judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np

from unrolled.keras_bridge.losses import guess_loss, read_loss
from unrolled.keras_bridge.models import last_activation
from unrolled.model_io.arrays import (
    ArrayArgument,
    GivenStructure,
    count_arrays,
)
from unrolled.model_io.labels import read_y
from unrolled.model_io.loss_shapes import Shape
from unrolled.model_io.losses import LossSpec
from unrolled.model_io.nested import Path
from unrolled.model_io.signature import ModelIO, OutputSpec
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.trace import Trace


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output of the model.

    Attributes
    ----------
    name : str
        Its key in the dict that the model returns, or the name of the layer that makes it.
    shape : tuple of int or None
        For the batch that was run; None where it is not known.
    path : tuple
        The keys and numbers that lead to it in what the model returns.
    loss : LossSpec or None
        What compares it with labels; None without labels, and where that is not known.
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
    activation : str
        The last thing done to the output; empty where that is not known.
    labels : numpy.ndarray
        Of all samples, with the axis batch.
    variable : str
        How the labels are written: ``y['level']``.
    loss : LossSpec
        What compares them.
    """

    output: Output
    shape: Shape
    activation: str
    labels: Array
    variable: str
    loss: LossSpec

    @property
    def finite(self) -> Array:
        """The labels that are finite numbers, flat."""
        return self.labels[np.isfinite(self.labels)]


def read_outputs(io: ModelIO, trace: Trace | None, size: int) -> list[Output]:
    """Return the outputs of the run, or without one what the model says of them."""
    if trace is None:
        return [_unseen(spec, size) for spec in io.outputs]
    # what was run has shapes without a free axis
    outputs: list[Output] = []
    for number, values in enumerate(trace.outputs):
        call = trace.output_sources[number]
        activation = ""
        # what an operation does in call() of a nested model is not known
        if call is not None:
            index = trace.output_indices[number]
            activation = last_activation(call.layer_class, call.config, index)
        seen = Output(
            name=trace.output_names[number],
            shape=values.shape,
            path=trace.output_paths[number],
            values=values,
            call=call,
            activation=activation,
        )
        outputs.append(seen)
    return outputs


def _unseen(spec: OutputSpec, size: int) -> Output:
    """Return an output of which no values were seen."""
    known = [length for length in spec.shape[1:] if length is not None]
    shape = None
    # an axis that the model leaves free is known by a run alone
    if len(known) == len(spec.shape) - 1:
        shape = (size, *known)
    return Output(
        name=spec.name,
        shape=shape,
        path=spec.path,
        activation=spec.activation,
    )


def read_labels(
    y: Any, paths: Sequence[Path], names: Sequence[str], losses: Sequence[Any]
) -> tuple[dict[int, ArrayArgument], GivenStructure | None]:
    """Return the labels by the number of their output, and what was given where they do not fit.

    An output that has no loss, where others have one, needs no labels. paths, names, losses: of the
    outputs.
    """
    numbers = range(len(names))
    # of a subclass that did not run no output is known that y could misfit
    if not numbers:
        return {}, None
    if y is None:
        return {}, None
    # y has labels for each output, or for those alone that a loss judges
    everyone = [True] * len(names)
    judged = [loss is not None for loss in losses]
    for chosen in (everyone, judged):
        if not any(chosen):
            continue
        wanted_paths = list(compress(paths, chosen))
        wanted_names = list(compress(names, chosen))
        given = read_y(y, wanted_paths, wanted_names)
        if not given.misfit:
            wanted = compress(numbers, chosen)
            return dict(zip(wanted, given.arguments, strict=True)), None
    return {}, count_arrays(y)


def judge(
    output: Output,
    labels: ArrayArgument,
    loss: Any,
    size: int,
    *,
    may_guess: bool,
) -> JudgedOutput | None:
    """Return an output with its labels and what compares the two.

    None where that is not known. loss: as ``compile`` takes it; None where there is none. size: how
    many samples were run. may_guess: whether the model has no loss at all, so that one is guessed.
    """
    shape = output.shape
    # of a shape that is not known, or that has no axis batch, nothing can be said
    if not shape:
        return None
    # what is no array of numbers has no axes either
    array = np.asarray(labels.array)
    if array.ndim == 0:
        return None
    if loss is not None:
        spec = read_loss(loss)
    elif may_guess:
        spec = guess_loss(output.activation, array[:size], shape)
    else:
        return None
    return JudgedOutput(
        output=replace(output, loss=spec),
        shape=shape,
        activation=output.activation,
        labels=array,
        variable=labels.variable,
        loss=spec,
    )
