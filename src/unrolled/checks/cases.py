"""What is known of a model and its data before anything is judged.

Inputs, outputs, losses, and one run of a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.checks.outputs import (
    JudgedOutput,
    Output,
    add_loss,
    judged_outputs,
    read_labels,
    read_loose_labels,
    read_outputs,
)
from unrolled.keras_bridge.losses import find_structure_error
from unrolled.keras_bridge.models import compiled_loss, has_own_loss, read_model
from unrolled.keras_bridge.nested_layers import layers_of
from unrolled.keras_bridge.tracing import check_model
from unrolled.keras_bridge.unchecked_runs import run_unchecked
from unrolled.model_io.arrays import ArrayArgument, GivenStructure
from unrolled.model_io.datasets import is_dataset, is_unbatched, read_batches
from unrolled.model_io.inputs import GivenInputs, read_x
from unrolled.model_io.losses import spread_loss
from unrolled.model_io.nested import leaves, pack
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.trace import Trace
from unrolled.windowing.windows import Windows

_BATCH = 32  # Keras's own batch size: enough to run
_BATCHES = 3  # of a dataset are looked at


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
        With their labels and losses.
    labels : tuple of ArrayArgument
        The arrays of y.
    size : int
        How many samples were run.
    trace : Trace or None
        Of that run; None where it stopped.
    error : Exception or None
        Keras's own, where it stopped.
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
    labels: tuple[ArrayArgument, ...] = ()
    size: int = 0
    trace: Trace | None = None
    error: Exception | None = None
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
        return () if self.trace is None else tuple(self.trace.calls)

    @property
    def judged(self) -> list[JudgedOutput]:
        """The outputs that a loss compares with labels."""
        return list(judged_outputs(self.outputs))

    @property
    def samples(self) -> int:
        """How many samples were given."""
        lengths = (len(a) for a in self.given.arrays if a.ndim)
        return min(lengths, default=0)

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps its states from batch to batch."""
        return any(
            getattr(layer, "stateful", False) is True for layer in self.layers
        )

    @property
    def variables(self) -> list[str]:
        """How each array of x and y is written."""
        return [a.variable for a in (*self.inputs, *self.labels)]

    @property
    def summary(self) -> str:
        """What is looked at, in one line."""
        shapes = [
            f"{a.variable} {a.array.shape}"
            for a in (*self.inputs, *self.labels)
            if a.array is not None
        ]
        arrays = ", ".join(shapes) or "no arrays"
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
    is_batchable = hasattr(x, "batch")
    unbatched = False
    if isinstance(x, Windows):
        windows = x
        x = windows.x
        y = windows.y if y is None else y
    if is_dataset(x):
        batches = list(read_batches(x, _BATCHES))
        unbatched = is_unbatched(io, batches[0][0])
        x, y = _join_batches(batches, y, are_samples=unbatched)
    case = Case(
        model=model,
        io=io,
        given=read_x(io, x),
        layers=tuple(layers_of(model)),
        shuffle=shuffle,
        unbatched=unbatched,
        is_batchable=is_batchable,
        windows=windows,
        loss=compiled_loss(model) if loss is None else loss,
    )
    case, adds_losses = _with_run(case, x)
    return _with_labels(case, adds_losses, y)


def _with_run(case: Case, x: Any) -> tuple[Case, bool]:
    """Return the case with one run of a batch, and whether a layer added losses in it."""
    size = min(case.samples, case.io.fixed_batch or _BATCH)
    ranks = [array.ndim for array in case.given.arrays]
    case = replace(case, size=size)
    if size == 0 or len(ranks) != len(case.inputs) or 0 in ranks:
        return case, False
    batch = [
        _runnable(array, argument.ids)[:size]
        for array, argument in zip(case.given.arrays, case.inputs, strict=True)
    ]
    trace, error, adds_losses = run_unchecked(case.model, x, batch)
    return replace(case, trace=trace, error=error), adds_losses


def _with_labels(case: Case, adds_losses: bool, y: Any) -> Case:
    """Return the case with its outputs, the labels and losses of each."""
    outputs = list(read_outputs(case.io, case.trace, case.size))
    if has_own_loss(case.model):
        # what its code does with y is not known: nothing is said of it
        labels = read_loose_labels(y)
        return replace(case, outputs=tuple(outputs), labels=labels)
    paths = [output.path for output in outputs]
    names = [output.name for output in outputs]
    losses = spread_loss(case.loss, paths, names)
    found, y_misfit = read_labels(outputs, y, losses)
    may_guess = case.loss is None and not adds_losses
    for k, argument in found.items():
        outputs[k] = add_loss(
            outputs[k], argument, losses[k], case.size, may_guess=may_guess
        )
    case = replace(
        case,
        outputs=tuple(outputs),
        labels=tuple(found.values()),
        y_misfit=y_misfit if outputs else None,
    )
    if adds_losses:
        return case
    return replace(case, loss_error=_loss_error(case, y))


def _loss_error(case: Case, y: Any) -> Exception | None:
    """Return Keras's error for the structure of the losses, where all parts are known."""
    # of a subclass the lists and dicts that it returns are not known
    if case.loss is None or not case.io.outputs or not case.labels:
        return None
    if not all(map(_is_batch, case.labels)):
        return None
    small = np.zeros((1, 1), "float32")
    structure = pack(y, [small for _ in leaves(y)])
    names = getattr(case.model, "output_names", None)
    if case.io.is_sequential:
        names = None
    returned = case.io.output_structure
    if returned is None:
        returned = small
    return find_structure_error(case.loss, structure, names, returned)


def _is_batch(labels: ArrayArgument) -> bool:
    return labels.array is not None and labels.array.ndim > 0


def _join_batches(
    batches: list[tuple[Any, Any]], y: Any, *, are_samples: bool
) -> tuple[Any, Any]:
    """Return x and y of batches or of single samples, one after the other."""
    join = np.stack if are_samples else np.concatenate
    parts, labels = zip(*batches, strict=True)
    x = _join(parts, join)
    if y is None and labels[0] is not None:
        y = _join(labels, join)
    return x, y


def _join(parts: tuple[Any, ...], join: Callable[[list[Array]], Array]) -> Any:
    arrays = [list(map(np.asarray, leaves(part))) for part in parts]
    try:
        joined = map(join, zip(*arrays, strict=True))
        return pack(parts[0], list(joined))
    except ValueError as error:
        raise ValueError(
            "Expected batches of the same shape and structure in the dataset, got others "
            f"({error}). "
            "Fix: check the x and y of one batch."
        ) from error


def _runnable(array: Array, ids: int | None) -> Array:
    """Return the values that can be run: no NaN, and no id that an Embedding does not have."""
    if array.dtype.kind == "f":
        array = np.nan_to_num(array, posinf=0, neginf=0)
    if ids:
        return np.clip(array, 0, ids - 1)
    return array
