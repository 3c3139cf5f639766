"""What is given for an input and cannot be run: no array, no numbers, no text, nothing."""

from __future__ import annotations

from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.findings import Finding
from unrolled.model_io.shape_words import say_x
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array

_STOPS = "Keras stops."


def judge_kind(argument: ArrayArgument) -> Finding:
    """Return the finding of what is not an array of the kind that its input takes."""
    wanted = getattr(argument.spec, "dtype", "")
    # what can be read only once is named: "a generator"
    if argument.problem.startswith("a "):
        return _read_once(argument)
    if wanted == "string":
        return _no_text(argument)
    if argument.is_text:
        return _text(argument)
    return _not_one_array(argument)


def _read_once(argument: ArrayArgument) -> Finding:
    name = argument.variable
    return Finding(
        code="invalid-dtype-object",
        title=f"{name} cannot be read twice",
        expected="an array",
        of=f"the input {argument.name!r}",
        came=argument.problem,
        why="fit takes a generator; here its first batch would be gone.",
        fix=f"{name} = next(generator)[0]  # the x of one of its batches",
        fix_is_example=True,
        is_type=True,
    )


def _no_text(argument: ArrayArgument) -> Finding:
    name = argument.variable
    return Finding(
        code="invalid-dtype-object",
        title=f"{name} does not hold text",
        expected="text (dtype string)",
        of=f"the input {argument.name!r}",
        came=argument.problem,
        why=_STOPS,
        fix=f"{name} = np.asarray({name}).astype(str)",
        is_type=True,
    )


def _text(argument: ArrayArgument) -> Finding:
    name = argument.variable
    return Finding(
        code="invalid-dtype-str",
        title=f"{name} holds text",
        expected="numbers",
        of=f"the input {argument.name!r}",
        came=argument.problem,
        why=_STOPS,
        fix=(
            f"vectorize = keras.layers.TextVectorization(); vectorize.adapt({name}); "
            f"{name} = np.asarray(vectorize({name}))  # text to ids"
        ),
        fix_is_example=True,
        is_type=True,
    )


def _not_one_array(argument: ArrayArgument) -> Finding:
    name = argument.variable
    fix = f'{name} = np.asarray({name}, dtype="float32")'
    # padding alone mends rows of different lengths
    has_unequal_rows = "rows" in argument.problem
    if has_unequal_rows:
        fix = f'{name} = keras.utils.pad_sequences({name}, dtype="float32", padding="post")'
    return Finding(
        code="invalid-dtype-object",
        title=f"{name} is not an array of numbers",
        expected="one array of numbers, all rows equally long",
        of=f"the input {argument.name!r}",
        came=argument.problem,
        why=(
            "Sequences of different lengths become one array when they are padded; a Masking "
            "layer then skips the padding."
        ),
        fix=fix,
        fix_is_example=not has_unequal_rows,
        is_type=True,
    )


def judge_emptiness(
    io: ModelIO, argument: ArrayArgument, array: Array
) -> Finding:
    """Return the finding of an array without values, or of one number in place of an array."""
    name = argument.variable
    title = f"{name} holds nothing"
    expected = "at least one sample"
    if array.ndim == 0:
        title = f"{name} is a single number"
        came = "a single number"
    else:
        holds_ids = argument.ids is not None
        axes = say_x(array.shape, holds_ids)
        shape = f"shape {array.shape}, {axes}"
        came = f"an empty batch: {shape}"
        if len(array) > 0:
            expected = "at least one value in each sample"
            came = f"an axis of size 0: {shape}"
    return Finding(
        code="no-samples",
        title=title,
        expected=expected,
        of=io.called,
        came=came,
        why="There is nothing to run; look at how it was cut or filtered.",
        fix=f"print(np.shape({name}))  # after each line that cuts or filters it",
        fix_is_example=True,
    )
