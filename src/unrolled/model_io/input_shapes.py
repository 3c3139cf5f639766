"""How the shape of an array differs from that of the input it is for.

Axes missing, swapped, of another size.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.findings import Finding
from unrolled.model_io.shape_words import say_x
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array

Shape = Sequence[int | None]
_NAMES = {1: "timesteps", 2: "features"}


def find_in_shape(
    io: ModelIO, argument: ArrayArgument, array: Array
) -> Finding | None:
    """Return how the shape of an array differs from that of its input; None where it does not."""
    spec = argument.spec
    if spec is None:
        return None
    shape, came = spec.shape, array.shape
    if len(came) == len(shape):
        return _same_rank(io, argument, array, shape)
    if len(came) == len(shape) - 1 and _is_one_sample(came, shape):
        return _finding(
            io,
            argument,
            code="sample-without-batch-axis",
            title="This looks like one sample without its axis batch",
            why=(
                f"Axis 0 is batch: {came[0]} samples are read here, not one of {came[0]} timesteps."
            ),
            fix=f"{argument.variable} = {argument.variable}[np.newaxis]",
        )
    if len(came) == len(shape) - 1 and shape[-1] == 1:
        return _finding(
            io,
            argument,
            code="features-axis-added",
            title="Keras adds the axis features",
            why=(
                "The shape in the program is not the one that the model reads; the next function "
                "may not add an axis."
            ),
            fix=f"{argument.variable} = {argument.variable}[..., np.newaxis]",
        )
    return _other_rank(io, argument, array, shape)


def _same_rank(
    io: ModelIO, argument: ArrayArgument, array: Array, shape: Shape
) -> Finding | None:
    came, name = array.shape, argument.variable
    axes = [k for k in range(1, len(shape)) if shape[k] not in (None, came[k])]
    if not axes:
        return None
    if len(shape) == 3 and fits((came[2], came[1]), shape[1:]):
        return _finding(
            io,
            argument,
            code="swapped-timesteps-and-features",
            title="The axes timesteps and features are swapped",
            why="Each timestep would be read as one feature and each feature as one timestep.",
            fix=f"{name} = np.swapaxes({name}, 1, 2)",
        )
    if axes == [1] and (len(shape) == 3 or argument.ids):
        return _other_timesteps(io, argument, array, shape)
    return _other_size(io, argument, array, shape, axes[-1])


def _other_timesteps(
    io: ModelIO, argument: ArrayArgument, array: Array, shape: Shape
) -> Finding:
    rest = "," if len(shape) < 3 else f", {shape[2]}"
    cut = array.shape[1] > (shape[1] or 0)
    name = argument.variable
    return _finding(
        io,
        argument,
        code="timesteps-other-than-built",
        title=f"The model was built for {shape[1]} timesteps and gets {array.shape[1]}",
        why=(
            "A Sequential model runs any number of timesteps, a functional one only the number of "
            "its Input."
        ),
        fix=(
            f"{name} = {name}[:, -{shape[1]}:]  # the last ones; or keras.Input((None{rest})) for "
            "any number"
            if cut
            else f"keras.Input((None{rest}))  # where the model is built: any number of timesteps"
        ),
        fix_is_example=not cut,
        stops=not (io.takes_any_timesteps and len(shape) == 3),
    )


def _other_size(
    io: ModelIO, argument: ArrayArgument, array: Array, shape: Shape, axis: int
) -> Finding:
    word = _NAMES.get(axis, str(axis)) if len(shape) == 3 else str(axis)
    return _finding(
        io,
        argument,
        code="features-other-than-built",
        title=(
            f"The model was built for {shape[axis]} in the axis {word} and gets {array.shape[axis]}"
        ),
        why=(
            "A layer that takes any size lets it pass, and the layers behind it read another "
            "sequence."
        ),
        fix=(
            f"keras.Input({array.shape[1:]})  # where the model is built; or give "
            f"{argument.variable} {shape[axis]} {word}"
        ),
        fix_is_example=True,
    )


def _other_rank(
    io: ModelIO, argument: ArrayArgument, array: Array, shape: Shape
) -> Finding:
    name = argument.variable
    if array.ndim == len(shape) + 1 and array.shape[-1] == 1:
        return _finding(
            io,
            argument,
            code="last-axis-dropped",
            title="There is one axis too many",
            why="Keras takes the last axis off.",
            fix=f"{name} = {name}[..., 0]",
        )
    fix, is_example = _mended_rank(name, array, shape)
    return _finding(
        io,
        argument,
        code="invalid-input-shape-for-input-tensor",
        title=f"The model takes {len(shape)} axes and gets {array.ndim}",
        why=(
            "A recurrent layer reads (batch, timesteps, features): many samples, each a sequence "
            "of vectors."
        ),
        fix=fix,
        fix_is_example=is_example,
    )


def _mended_rank(name: str, array: Array, shape: Shape) -> tuple[str, bool]:
    """Return the line that gives an array the axes of its input, and whether it is an example."""
    if len(shape) == 3 and array.ndim == 2 and array.shape[1] == shape[2]:
        steps = shape[1] or 10
        fix = f"{name} = unrolled.windows({name}, timesteps={steps}).x"
        return fix, shape[1] is None or len(array) < steps
    if _is_reshapable(array, shape):
        sizes = ", ".join("-1" if n is None else str(n) for n in shape[1:])
        return f"{name} = {name}.reshape(len({name}), {sizes})", False
    words = say_x((None, *shape[1:]))
    return (
        f"# cut {name} into windows or reshape it: the model reads {words}",
        True,
    )


def _is_reshapable(array: Array, shape: Shape) -> bool:
    """Tell whether each sample has as many values as the shape, in which one axis may be free."""
    sizes = [n for n in shape[1:] if n is not None]
    values, product = int(array[0].size), prod(sizes)
    free = len(shape) - 1 - len(sizes)
    if free:
        return free == 1 and values % product == 0
    return values == product


def _finding(
    io: ModelIO,
    argument: ArrayArgument,
    *,
    code: str,
    title: str,
    why: str,
    fix: str,
    fix_is_example: bool = False,
    stops: bool = True,
) -> Finding:
    assert argument.spec is not None
    assert argument.array is not None
    # two axes without features, as ids have them
    ids = argument.ids is not None or code == "features-axis-added"
    shape = (io.fixed_batch, *argument.spec.shape[1:])
    return Finding(
        code=code,
        title=title,
        expected=say_x(shape, ids),
        of=f"the input {argument.name!r} of {io.called}",
        came=say_x(argument.array.shape, ids),
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
    return all(
        want in (None, got) for got, want in zip(sizes, shape, strict=True)
    )


def _is_one_sample(came: Sequence[int], shape: Shape) -> bool:
    """Tell whether an array has the sizes of one sample, and not those of vectors by accident."""
    if len(shape) < 3 or not fits(came, shape[1:]):
        return False
    return shape[-1] != 1 or came[-1] == 1
