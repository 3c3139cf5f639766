"""What is known of a model and its data before anything is judged.

Inputs, outputs, losses, and one run of a batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.checks.joined_batches import join_batches
from unrolled.checks.outputs import (
    JudgedOutput,
    Output,
    judge,
    read_labels,
    read_outputs,
)
from unrolled.keras_bridge.losses import find_structure_error
from unrolled.keras_bridge.models import compiled_loss, has_own_loss, read_model
from unrolled.keras_bridge.nested_layers import layers_of
from unrolled.keras_bridge.tracing import check_model
from unrolled.keras_bridge.unchecked_runs import run_unchecked
from unrolled.model_io.arrays import ArrayArgument, GivenStructure
from unrolled.model_io.datasets import is_dataset
from unrolled.model_io.inputs import GivenInputs, read_x
from unrolled.model_io.labels import read_loose_y
from unrolled.model_io.losses import spread_loss
from unrolled.model_io.nested import Path, leaves, pack
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.trace import Trace
from unrolled.windowing.windows import Windows

_BATCH = 32  # Keras's own batch size: enough to run


@dataclass(frozen=True, kw_only=True)
class Case:
    """A model and its data.

    Attributes
    ----------
    model : keras.Model
        As it was given.
    io : ModelIO
        What it takes and returns.
    given : GivenInputs
        The arrays of x, with what is wrong with them.
    layers : tuple
        The model and its layers at any depth.
    outputs : tuple of Output
        With their losses.
    judged : tuple of JudgedOutput
        The outputs that a loss compares with labels.
    labels : tuple of ArrayArgument
        The arrays of y.
    size : int
        How many samples were run.
    trace : Trace or None
        Of that run; None where it stopped.
    error : Exception or None
        Keras's own, where it stopped.
    adds_losses : bool
        Whether a layer added a loss of its own in that run.
    y_misfit : GivenStructure or None
        What was given as y, where it does not have the parts that the model returns.
    loss : object
        As ``compile`` takes it; None where there is none.
    loss_error : Exception or None
        Keras's own, where it does not take the structure of the losses.
    shuffle : bool or None
        The argument of ``fit`` that will be used.
    unbatched : bool
        Whether x is a dataset of single samples.
    is_batchable : bool
        Whether x has the method ``batch``.
    windows : Windows or None
        What brought x and y.
    """

    model: Any
    io: ModelIO
    given: GivenInputs
    layers: tuple[Any, ...] = ()
    outputs: tuple[Output, ...] = ()
    judged: tuple[JudgedOutput, ...] = ()
    labels: tuple[ArrayArgument, ...] = ()
    size: int = 0
    trace: Trace | None = None
    error: Exception | None = None
    adds_losses: bool = False
    y_misfit: GivenStructure | None = None
    loss: Any = None
    loss_error: Exception | None = None
    shuffle: bool | None = None
    unbatched: bool = False
    is_batchable: bool = False
    windows: Windows | None = None

    @property
    def inputs(self) -> tuple[ArrayArgument, ...]:
        """The arrays of x, in the model's order."""
        return self.given.arguments

    @property
    def calls(self) -> tuple[LayerCall, ...]:
        """The calls of layers in the run; none where it stopped."""
        if self.trace is None:
            return ()
        return self.trace.calls

    @property
    def output_paths(self) -> list[Path]:
        """Where each output stands in what the model returns."""
        return [output.path for output in self.outputs]

    @property
    def output_names(self) -> list[str]:
        """The name of each output."""
        return [output.name for output in self.outputs]

    @property
    def samples(self) -> int:
        """How many samples were given."""
        lengths: list[int] = []
        for array in self.given.arrays:
            # none of a single number, which has no axis batch
            lengths += array.shape[:1]
        return min(lengths, default=0)

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps its states from batch to batch."""
        # a layer of your own may mean something else by this name
        return any(
            getattr(layer, "stateful", None) is True for layer in self.layers
        )

    @property
    def variables(self) -> list[str]:
        """How each array of x and y is written."""
        arguments = (*self.inputs, *self.labels)
        return [argument.variable for argument in arguments]

    @property
    def summary(self) -> str:
        """What is looked at, in one line."""
        shapes: list[str] = []
        for argument in (*self.inputs, *self.labels):
            array = argument.array
            if array is not None:
                shapes.append(f"{argument.variable} {array.shape}")
        arrays = "no arrays"
        if shapes:
            arrays = ", ".join(shapes)
        return f"The model {self.io.name!r} with {arrays}"


def read_case(
    model: Any, x: Any, y: Any, loss: Any, shuffle: bool | None
) -> Case:
    """Return what is known.

    The model is run on one batch where the data allow it, and left as it was.
    """
    check_model(model)
    io = read_model(model)
    windows = None
    # windows bring their y, unless another one is given
    if isinstance(x, Windows):
        windows = x
        if y is None:
            y = windows.y
        x = windows.x
    # asked before a dataset becomes arrays
    is_batchable = hasattr(x, "batch")
    unbatched = False
    if is_dataset(x):
        x, y, unbatched = join_batches(io, x, y)
    if loss is None:
        loss = compiled_loss(model)
    case = Case(
        model=model,
        io=io,
        given=read_x(io, x),
        layers=tuple(layers_of(model)),
        shuffle=shuffle,
        unbatched=unbatched,
        is_batchable=is_batchable,
        windows=windows,
        loss=loss,
    )
    case = _with_run(case, x)
    # the labels come last: a loss is guessed from what the run returned
    return _with_labels(case, y)


def _with_run(case: Case, x: Any) -> Case:
    """Return the case with what came of one run of a batch."""
    arrays = case.given.arrays
    # a model that was built for batches of one size runs on no other
    size = min(case.samples, case.io.fixed_batch or _BATCH)
    case = replace(case, size=size)
    # what is no array of numbers is not among the arrays
    are_all_arrays = len(arrays) == len(case.inputs)
    # a single number has the rank 0
    ranks = map(np.ndim, arrays)
    if not all((are_all_arrays, size, *ranks)):
        return case
    batch: list[Array] = []
    for array, argument in zip(arrays, case.inputs, strict=True):
        rows = array[:size]
        # what NaN and unknown ids do is said of the values: here they must not stop the run
        rows = np.nan_to_num(rows, posinf=0, neginf=0)
        if argument.ids:
            rows = np.clip(rows, 0, argument.ids - 1)
        batch.append(rows)
    trace, error, adds_losses = run_unchecked(case.model, x, batch)
    return replace(case, trace=trace, error=error, adds_losses=adds_losses)


def _with_labels(case: Case, y: Any) -> Case:
    """Return the case with its outputs, the labels and losses of each."""
    outputs = read_outputs(case.io, case.trace, case.size)
    case = replace(case, outputs=tuple(outputs))
    if has_own_loss(case.model):
        # what its code does with y is not known: nothing is said of it
        labels: tuple[ArrayArgument, ...] = ()
        if y is not None:
            labels = read_loose_y(y).arguments
        return replace(case, labels=labels)
    paths = case.output_paths
    names = case.output_names
    losses = spread_loss(case.loss, paths, names)
    found, y_misfit = read_labels(y, paths, names, losses)
    # a layer that adds losses may do without one for the outputs
    may_guess = case.loss is None and not case.adds_losses
    judged: list[JudgedOutput] = []
    for number, argument in found.items():
        one = judge(
            outputs[number],
            argument,
            losses[number],
            case.size,
            may_guess=may_guess,
        )
        # what its loss or its labels do not say is left as it is
        if one is not None:
            outputs[number] = one.output
            judged.append(one)
    case = replace(
        case,
        outputs=tuple(outputs),
        judged=tuple(judged),
        labels=tuple(found.values()),
        y_misfit=y_misfit,
    )
    return replace(case, loss_error=_loss_error(case, y))


def _loss_error(case: Case, y: Any) -> Exception | None:
    """Return Keras's error for the structure of the losses, where all parts are known."""
    if case.loss is None:
        return None
    # the probe that Keras is asked with knows nothing of losses that layers add
    if case.adds_losses:
        return None
    # of a subclass the lists and dicts that it returns are not known
    if not case.io.outputs:
        return None
    # labels that are no array, or one number for all, are said of y: Keras stops for them first
    ranks = [np.asarray(labels.array).ndim for labels in case.labels]
    if min(ranks, default=0) == 0:
        return None
    small = np.zeros((1, 1), "float32")
    # a list of numbers is one array here, and would be many to Keras
    structure = pack(y, [small] * len(leaves(y)))
    names = getattr(case.model, "output_names", None)
    returned = case.io.output_structure
    # a Sequential model returns one array, and Keras looks no name up in it
    if case.io.is_sequential:
        names = None
        returned = small
    return find_structure_error(case.loss, structure, names, returned)
