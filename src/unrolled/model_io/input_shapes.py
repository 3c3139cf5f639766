"""How the shape of an array differs from that of the input it is for.

Axes missing, swapped, of another size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.findings import Finding
from unrolled.model_io.shape_words import say_x
from unrolled.model_io.signature import InputSpec, ModelIO
from unrolled.traces.cells import Array

Shape = Sequence[int | None]
_NAMES = {1: "timesteps", 2: "features"}


@dataclass(frozen=True)
class _Misfit:
    """An array beside the input that it does not fit."""

    io: ModelIO
    argument: ArrayArgument
    shape: Shape
    array: Array


def find_in_shape(
    io: ModelIO, argument: ArrayArgument, spec: InputSpec, array: Array
) -> Finding | None:
    """Return how the shape of an array differs from that of its input; None where it does not."""
    misfit = _Misfit(io, argument, spec.shape, array)
    name = argument.variable
    missing = len(spec.shape) - array.ndim
    if missing == 0:
        return _find_in_sizes(misfit)
    # of a sample alone Keras would read each timestep as a sample
    of_one_sample = spec.shape[1:]
    if len(spec.shape) > 2 and fits(array.shape, of_one_sample):
        length = len(array)
        return _finding(
            misfit,
            code="sample-without-batch-axis",
            title="This looks like one sample without its axis batch",
            why=(
                f"Axis 0 is batch: {length} samples are read here, not one of {length} timesteps."
            ),
            fix=f"{name} = {name}[np.newaxis]",
        )
    # both of the following Keras mends by itself, and says nothing
    if missing == 1 and spec.shape[-1] == 1:
        return _finding(
            misfit,
            code="features-axis-added",
            title="Keras adds the axis features",
            why=(
                "The shape in the program is not the one that the model reads; the next function "
                "may not add an axis."
            ),
            fix=f"{name} = {name}[..., np.newaxis]",
        )
    if missing == -1 and array.shape[-1] == 1:
        return _finding(
            misfit,
            code="last-axis-dropped",
            title="There is one axis too many",
            why="Keras takes the last axis off.",
            fix=f"{name} = {name}[..., 0]",
        )
    return _other_rank(misfit)


def _find_in_sizes(misfit: _Misfit) -> Finding | None:
    """Return how the sizes of the axes differ, where there are as many as the input has."""
    shape, came = misfit.shape, misfit.array.shape
    name = misfit.argument.variable
    axes: list[int] = []
    for axis in range(1, len(shape)):
        any_or_same = (None, came[axis])
        if shape[axis] not in any_or_same:
            axes.append(axis)
    if not axes:
        return None
    is_series = len(shape) == 3
    # where both orders fit, no axis differs, and nothing can be told
    if is_series and fits((came[2], came[1]), shape[1:]):
        return _finding(
            misfit,
            code="swapped-timesteps-and-features",
            title="The axes timesteps and features are swapped",
            why="Each timestep would be read as one feature and each feature as one timestep.",
            fix=f"{name} = np.swapaxes({name}, 1, 2)",
        )
    # two axes are (batch, timesteps) where they hold ids, else (batch, features)
    has_timesteps = is_series or misfit.argument.ids
    if has_timesteps and axes == [1]:
        return _other_timesteps(misfit)
    return _other_size(misfit, axes[-1])


def _other_timesteps(misfit: _Misfit) -> Finding:
    name, shape = misfit.argument.variable, misfit.shape
    wanted, came = shape[1], misfit.array.shape[1]
    any_number = f"keras.Input({(None, *shape[2:3])})"
    fix = f"{any_number}  # where the model is built: any number of timesteps"
    can_be_cut = wanted is not None and came > wanted
    if can_be_cut:
        fix = (
            f"{name} = {name}[:, -{wanted}:]  # the last ones; or {any_number} for "
            "any number"
        )
    runs_on = misfit.io.takes_any_timesteps and len(shape) == 3
    return _finding(
        misfit,
        code="timesteps-other-than-built",
        title=f"The model was built for {wanted} timesteps and gets {came}",
        why=(
            "A Sequential model runs any number of timesteps, a functional one only the number of "
            "its Input."
        ),
        fix=fix,
        fix_is_example=not can_be_cut,
        stops=not runs_on,
    )


def _other_size(misfit: _Misfit, axis: int) -> Finding:
    name = misfit.argument.variable
    shape = misfit.shape
    came = misfit.array.shape
    # axes of an image have no names here
    word = str(axis)
    if len(shape) == 3:
        word = _NAMES[axis]
    return _finding(
        misfit,
        code="features-other-than-built",
        title=f"The model was built for {shape[axis]} in the axis {word} and gets {came[axis]}",
        why=(
            "A layer that takes any size lets it pass, and the layers behind it read another "
            "sequence."
        ),
        fix=(
            f"keras.Input({came[1:]})  # where the model is built; or give "
            f"{name} {shape[axis]} {word}"
        ),
        fix_is_example=True,
    )


def _other_rank(misfit: _Misfit) -> Finding:
    fix, is_example = _mended_rank(misfit)
    return _finding(
        misfit,
        code="invalid-input-shape-for-input-tensor",
        title=f"The model takes {len(misfit.shape)} axes and gets {misfit.array.ndim}",
        why=(
            "A recurrent layer reads (batch, timesteps, features): many samples, each a sequence "
            "of vectors."
        ),
        fix=fix,
        fix_is_example=is_example,
    )


def _mended_rank(misfit: _Misfit) -> tuple[str, bool]:
    """Return the line that gives an array the axes of its input, and whether it is an example."""
    name = misfit.argument.variable
    shape, array = misfit.shape, misfit.array
    # a table with a column for each feature: samples are to be cut from it
    is_table = len(shape) == 3 and array.shape[1:] == (shape[2],)
    if is_table:
        steps = shape[1] or 10
        fix = f"{name} = unrolled.windows({name}, timesteps={steps}).x"
        is_too_short = len(array) < steps
        return fix, shape[1] is None or is_too_short
    sizes: list[int] = []
    for size in shape[1:]:
        # as reshape has it: -1 is what is left of the values
        if size is None:
            size = -1
        sizes.append(size)
    try:
        # whether the values of a sample fill the shape, in which one axis may be free
        array[:1].reshape(1, *sizes)
    except ValueError:
        words = say_x((None, *shape[1:]))
        fix = (
            f"# cut {name} into windows or reshape it: the model reads {words}"
        )
        return fix, True
    listed = ", ".join(map(str, sizes))
    return f"{name} = {name}.reshape(len({name}), {listed})", False


def _finding(
    misfit: _Misfit,
    *,
    code: str,
    title: str,
    why: str,
    fix: str,
    fix_is_example: bool = False,
    stops: bool = True,
) -> Finding:
    io, argument = misfit.io, misfit.argument
    # two axes without features, as ids have them
    ids = argument.ids is not None or code == "features-axis-added"
    # a stateful model takes batches of its own size alone
    shape = (io.fixed_batch, *misfit.shape[1:])
    return Finding(
        code=code,
        title=title,
        expected=say_x(shape, ids),
        of=f"the input {argument.name!r} of {io.called}",
        came=say_x(misfit.array.shape, ids),
        why=why,
        fix=fix,
        fix_is_example=fix_is_example,
        stops=stops,
    )


def fits(sizes: Sequence[int], shape: Shape) -> bool:
    """Tell whether sizes are those of a shape, in which None takes any.

    >>> fits((5, 2), (None, 2)), fits((5,), (None, 2))
    (True, False)
    """
    if len(sizes) != len(shape):
        return False
    pairs = zip(sizes, shape, strict=True)
    return all(want in (None, got) for got, want in pairs)
