"""What is known of a model and its data before anything is judged.

Inputs, outputs, losses, and one run of a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.checks.outputs import (
    Output,
    add_loss,
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
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array
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
        arrays = ((a.variable, a.array) for a in (*self.inputs, *self.labels))
        shapes = [
            f"{name} {array.shape}"
            for name, array in arrays
            if array is not None
        ]
        return f"The model {self.io.name!r} with {', '.join(shapes) or 'no arrays'}"


def read_case(
    model: Any, x: Any, y: Any, loss: Any, shuffle: bool | None
) -> Case:
    """Return what is known.

    The model is run on one batch where the data allow it, and left as it was.
    """
    check_model(model)
    io = read_model(model)
    windows = x if isinstance(x, Windows) else None
    if windows is not None:
        x, y = windows.x, windows.y if y is None else y
    unbatched, is_batchable = False, hasattr(x, "batch")
    if is_dataset(x):
        batches = list(read_batches(x, _BATCHES))
        unbatched = is_unbatched(io, batches[0][0])
        x, y = _join_batches(
            batches, y, np.stack if unbatched else np.concatenate
        )
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
    return _with_labels(*_with_run(case, x), y)


def _with_run(case: Case, x: Any) -> tuple[Case, bool]:
    """Return the case with one run of a batch, and whether a layer added losses in it."""
    size = min(case.samples, case.io.fixed_batch or _BATCH)
    arrays = case.given.arrays
    if (
        not size
        or len(arrays) != len(case.inputs)
        or any(a.ndim == 0 for a in arrays)
    ):
        return replace(case, size=size), False
    batch = [_runnable(argument)[:size] for argument in case.inputs]
    trace, error, adds_losses = run_unchecked(case.model, x, batch)
    return replace(case, size=size, trace=trace, error=error), adds_losses


def _with_labels(case: Case, adds_losses: bool, y: Any) -> Case:
    """Return the case with its outputs, the labels and losses of each."""
    outputs = read_outputs(case.io, case.trace, case.size)
    if has_own_loss(case.model):
        # what its code does with y is not known: nothing is said of it
        return replace(case, outputs=outputs, labels=read_loose_labels(y))
    losses = spread_loss(
        case.loss, [o.path for o in outputs], [o.name for o in outputs]
    )
    labels, y_misfit = read_labels(outputs, y, losses)
    may_guess = case.loss is None and not adds_losses
    judged = tuple(
        add_loss(o, labels[k], losses[k], case.size, may_guess=may_guess)
        if k in labels
        else o
        for k, o in enumerate(outputs)
    )
    return replace(
        case,
        outputs=judged,
        labels=tuple(labels.values()),
        y_misfit=y_misfit if outputs else None,
        loss_error=_loss_error(case, y, labels, adds_losses),
    )


def _loss_error(
    case: Case,
    y: Any,
    labels: dict[int, ArrayArgument],
    adds_losses: bool,
) -> Exception | None:
    """Return Keras's error for the structure of the losses, where all parts are known."""
    # of a subclass the lists and dicts that it returns are not known
    if (
        case.loss is None
        or adds_losses
        or not case.io.outputs
        or not _are_arrays(labels)
    ):
        return None
    names = (
        None
        if case.io.is_sequential
        else getattr(case.model, "output_names", None)
    )
    small = np.zeros((1, 1), "float32")
    structure = pack(y, [small for _ in leaves(y)])
    returned = (
        small if case.io.output_structure is None else case.io.output_structure
    )
    return find_structure_error(case.loss, structure, names, returned)


def _are_arrays(labels: dict[int, ArrayArgument]) -> bool:
    """Tell whether there are labels, all of them arrays with the axis batch."""
    arrays = [argument.array for argument in labels.values()]
    return bool(arrays) and all(
        array is not None and array.ndim > 0 for array in arrays
    )


def _join_batches(
    batches: list[tuple[Any, Any]], y: Any, join: Callable[[list[Array]], Array]
) -> tuple[Any, Any]:
    """Return x and y of batches, one after the other."""
    parts, labels = zip(*batches, strict=True)
    x = _join(parts, join)
    if y is None and labels[0] is not None:
        y = _join(labels, join)
    return x, y


def _join(parts: tuple[Any, ...], join: Callable[[list[Array]], Array]) -> Any:
    columns = zip(*(leaves(part) for part in parts), strict=True)
    try:
        return pack(
            parts[0],
            [join([np.asarray(a) for a in column]) for column in columns],
        )
    except ValueError as error:
        raise ValueError(
            "Expected batches of the same shape and structure in the dataset, got others "
            f"({error}). "
            "Fix: check the x and y of one batch."
        ) from error


def _runnable(argument: ArrayArgument) -> Array:
    """Return the values that can be run: no NaN, and no id that an Embedding does not have."""
    array = argument.array
    assert array is not None
    if array.dtype.kind == "f":
        array = np.nan_to_num(array, posinf=0, neginf=0)
    if argument.ids:
        return np.clip(array, 0, argument.ids - 1)
    return array
