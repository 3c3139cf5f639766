"""Run the real model forwards and back: the gradient of its output to each timestep read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from types import NoneType
from typing import Any

import numpy as np

from unrolled.keras_bridge.gradient_runs import GradientRun, samples_at_once
from unrolled.keras_bridge.gradient_targets import Target
from unrolled.keras_bridge.models import naming_arrays, read_model
from unrolled.keras_bridge.snapshots import left_as_found
from unrolled.keras_bridge.tracing import check_may_run, check_model
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import cut_batches, read_x
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array
from unrolled.traces.sensitivities import LayerSensitivity, Sensitivity

#: why an input has no gradient, by the kind of its numbers
_WITHOUT_GRADIENT = {
    "f": "it has no time axis",
    "i": "it holds whole numbers",
    "u": "it holds whole numbers",
}
_NO_NUMBERS = "it holds no numbers"


def sensitivity(
    model: Any,
    x: Any,
    *,
    output: int | str | None = None,
    step: int = -1,
    unit: int | None = None,
) -> Sensitivity:
    """Return how strongly each timestep of ``x`` moves the model's output, read by read.

    One number of the output is differentiated, sample by sample: one ``unit`` of it, at one
    ``step`` where it has a time axis. Without a unit each of them is, and the gradients are the
    root of the sum of their squares. The model runs without dropout, and is left as it was found:
    weights, states, seeds, compile state. A stateful model starts from the states it has, which
    count as given; several batches follow each other.

    Parameters
    ----------
    model : keras.Model
        A built model.
    x : array of shape (batch, timesteps, features), or what the model takes
        As for :func:`unrolled.trace`; ids (batch, timesteps) for a model that begins with an
        Embedding.
    output : int or str, optional
        Which output of the model, where it has several: (batch, units) or (batch, timesteps, units)
        of floats. By its number, its key in the dict that the model returns, or the name of the
        layer that makes it. None: the first one that holds floats.
    step : int
        Which timestep of an output (batch, timesteps, units); -1 is the last one.
    unit : int, optional
        Which unit of the output. Of an output of more axes, (batch, rows, filters) and the like,
        its place among all values of one sample and step.

    Returns
    -------
    Sensitivity
        ``sensitivity["x"].gradients``, by the name of an input, and
        ``sensitivity["lstm"].gradients``, by the name of a layer, have shape (batch, timesteps,
        features) and the model's dtype: the derivative with respect to what was read there at each
        step. Ids have no gradient: the one of their input is with respect to the vectors that the
        Embedding looked up. ``.strength`` (batch, timesteps) is the L2 norm over features; 0 at
        masked steps.

    Raises
    ------
    TypeError
        ``model`` is no Keras model, or ``x`` holds no numbers.
    ValueError
        ``x`` does not fit the model, nothing in the model reads a time axis, the output holds no
        floats, or it has no such output, step or unit; the text says what was expected, what came
        and the fix.

    Notes
    -----
    With ``y_k`` the units of the output, the gradients of a unit are ``dy_k / dx_tf``, and of
    several units ``sqrt(sum_k (dy_k / dx_tf)²)``; the strength of a step is ``sqrt(sum_f
    gradient_tf²)``, which for several units is the Frobenius norm of their Jacobian. How it grows
    or fades with the way back is the subject of Bengio, Simard and Frasconi 1994 and of Pascanu,
    Mikolov and Bengio 2013. It is the slope at ``x``: a state that has saturated may remember a
    step that, moved a little, moves the output no more.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> inputs = keras.Input((20, 2), name="x")
    >>> h = keras.layers.LSTM(4, name="lstm")(inputs)
    >>> model = keras.Model(inputs, keras.layers.Dense(1)(h))
    >>> found = unrolled.sensitivity(model, np.zeros((3, 20, 2)))
    >>> found["lstm"].gradients.shape, found["x"].strength.shape, found["x"].reach().shape
    ((3, 20, 2), (3, 20), (3,))
    """
    check_model(model)
    check_may_run()
    if not isinstance(output, (str, NoneType)):
        _check_whole("output", output)
    _check_whole("step", step)
    if unit is not None:
        _check_whole("unit", unit)
    io = read_model(model)
    target = Target(output, step, unit)
    # batches of the same shapes share one compiled run; the last batch may be shorter
    runs: dict[Any, GradientRun] = {}
    made: list[list[LayerSensitivity]] = []
    with left_as_found(model):
        for batch in _batches(io, x):
            shapes = tuple(map(np.shape, batch))
            with naming_arrays(io, batch):
                if shapes not in runs:
                    runs[shapes] = GradientRun(model, x, batch, target)
                run = runs[shapes]
                made.append(run.run(batch))
    # all batches have the same reads, in the same order
    reads = list(map(_join, zip(*made, strict=True)))
    if not reads:
        raise ValueError(_no_time(model, batch))
    return Sensitivity(
        model.name,
        target.words(),
        reads,
        _timeless(run.names, batch, reads),
    )


def _timeless(
    names: Sequence[str],
    batch: Sequence[Array],
    reads: Sequence[LayerSensitivity],
) -> dict[str, str]:
    """Return, for each input of which there is no gradient, why."""
    reasons: dict[str, str] = {}
    for name, array in zip(names, batch, strict=True):
        kind = array.dtype.kind
        reasons[name] = _WITHOUT_GRADIENT.get(kind, _NO_NUMBERS)
    for read in reads:
        # of ids too, where an Embedding looks up vectors for them
        reasons.pop(read.name, None)
    return reasons


def _batches(io: ModelIO, x: Any) -> Iterator[list[Array]]:
    """Yield batches that fit in memory; a model of a fixed batch size takes batches of it."""
    parts: Iterable[Any] = [x]
    if is_dataset(x):
        # one by one: together they may not fit in memory
        parts = map(itemgetter(0), read_batches(x))
    for part in parts:
        arrays = read_x(io, part).require()
        # None: of the size that the model asks for
        size = None
        if not io.fixed_batch:
            size = samples_at_once(arrays)
        yield from cut_batches(io, arrays, size)


def _join(parts: Sequence[LayerSensitivity]) -> LayerSensitivity:
    """Return one LayerSensitivity of several batches, one after the other along the axis batch.

    Raises a ValueError where they differ in another axis.
    """
    lengths = {part.gradients.shape[1:] for part in parts}
    if len(lengths) > 1:
        raise ValueError(
            "Expected batches of equally many timesteps, got several lengths. "
            "Fix: pass the x of one batch at a time."
        )
    first = parts[0]
    joined: dict[str, Any] = {}
    for name in ("gradients", "mask", "values"):
        if getattr(first, name) is None:
            # not each read has a mask, and only inputs of the model have values
            continue
        arrays = [getattr(part, name) for part in parts]
        joined[name] = np.concatenate(arrays)
    return replace(first, **joined)


def _no_time(model: Any, batch: Sequence[Array]) -> str:
    """Return what is told where nothing in the model reads a time axis."""
    shapes = ", ".join(map(str, map(np.shape, batch)))
    kinds = {array.dtype.kind for array in batch}
    are_whole = kinds <= {"i", "u", "b"}
    # numbers (batch,) have no second axis that could be time
    most_axes = max(map(np.ndim, batch))
    if are_whole and most_axes > 1:
        return (
            f"Expected floats, or ids that an Embedding looks up, got only whole numbers {shapes} "
            f"for {model.name!r}: they have no gradient. Fix: put an Embedding first, or give "
            "floats (batch, timesteps, features)."
        )
    return (
        "Expected a model that reads a time axis, (batch, timesteps, features), got "
        f"{model.name!r}, which read only {shapes}. Fix: give the timesteps an axis of their own, "
        "as in keras.Input((timesteps, features))."
    )


def _check_whole(name: str, value: Any) -> None:
    """Raise a ValueError where an argument is no whole number."""
    is_whole = isinstance(value, (int, np.integer))
    # True is an int in Python, but is hardly meant as 1
    if not is_whole or isinstance(value, bool):
        raise ValueError(
            f"Expected {name} to be a whole number, got {value!r}."
        )
