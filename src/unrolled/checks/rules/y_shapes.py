"""What is found in the shapes of y.

Labels that do not meet the outputs one by one, raised or silently spread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.loss_shapes import Shape, aligned, pair_by_class
from unrolled.model_io.losses import LossSpec
from unrolled.model_io.shape_words import say_y

ORDER = 1
_ONE_OUTPUT = (
    "# return_sequences=False in the last recurrent layer; "
    "or give y a label for each timestep"
)


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """How labels differ from the output: the entry, its title and the fix."""

    mistake: str
    title: str
    fix: str
    fix_is_example: bool = False


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of y."""
    for argument in case.labels:
        if argument.array is None:
            yield _not_numbers(argument)
        elif argument.array.ndim == 0:
            yield _single_number(argument)
        elif argument.is_plain_list:
            yield _plain_list(argument)
    for output in case.outputs:
        yield from _in_one(case, output)


def _in_one(case: Case, output: Output) -> Iterator[Problem]:
    given, loss, shape = output.labels, output.loss, output.shape
    if given is None or loss is None or not shape or given.array is None:
        return
    labels = (min(len(given.array), case.size), *given.array.shape[1:])
    if labels[0] != shape[0]:
        return  # said as different numbers of samples
    verdict, error = loss.verdict(labels, shape)
    if verdict == "ok":
        return
    steps = _timesteps(case)
    reading = _read(labels, shape, loss, given.variable, steps)
    several = f" (output {output.name!r})" if len(case.outputs) > 1 else ""
    yield Problem(
        mistake=reading.mistake,
        level="doubt" if verdict == "wrong" and not loss.is_keras else verdict,
        title=f"{reading.title}{several}",
        expected=_expected(shape, loss, steps),
        came=say_y(labels, steps),
        why=_why(labels, shape, loss, error),
        fix=reading.fix,
        fix_is_example=reading.fix_is_example,
    )


def _timesteps(case: Case) -> int | None:
    """Return the timesteps of the first input that has them."""
    arrays = [a.array for a in case.inputs if a.array is not None]
    for rank in (3, 2):
        for array in arrays:
            if array.ndim == rank:
                return int(array.shape[1])
    return None


def _expected(shape: Shape, loss: LossSpec, steps: int | None) -> str:
    if loss.takes_ids:
        ids = (
            f"ids from 0 to {shape[-1] - 1}, as the loss {loss.name} takes them"
        )
        return f"{say_y(shape[:-1], steps)}: {ids}"
    words = say_y(shape, steps, classes=loss.takes_classes)
    return f"{words}: one label for each value of the output"


def _why(labels: Shape, shape: Shape, loss: LossSpec, error: str) -> str:
    name = f"The loss {loss.name}" + (
        " (guessed: none was given)" if loss.guessed else ""
    )
    if error:
        return f"{name} stops: {error.strip().splitlines()[0].strip()}"
    left, right = aligned(labels, shape)
    if loss.takes_ids:
        return f"{name} reads the {right[-1]} timesteps of the output as {right[-1]} classes."
    return (
        f"{name} stretches {left} and {right} to one shape and compares values that do not "
        "belong together: it falls to a wrong number and the model learns an average."
    )


def _read(
    labels: Shape, shape: Shape, loss: LossSpec, name: str, steps: int | None
) -> _Reading:
    """Return what the two shapes are likely to come from."""
    found = _read_classes(labels, shape, loss, name)
    if found is None:
        found = _read_steps(labels, shape, name, steps)
    return _read_width(labels, shape, name) if found is None else found


def _read_classes(
    labels: Shape, shape: Shape, loss: LossSpec, name: str
) -> _Reading | None:
    if loss.takes_ids and labels == shape and shape[-1] > 1:
        return _Reading(
            mistake="argument-output-must-have-rank-target-ndim-1",
            title="One-hot labels for a loss that takes class ids",
            fix=f"{name} = {name}.argmax(axis=-1)",
        )
    one_per_class = loss.takes_classes or loss.is_binary
    if not one_per_class or shape[-1] < 2 or not pair_by_class(labels, shape):
        return None
    fix = f"{name} = keras.utils.to_categorical({name}, {shape[-1]})"
    if loss.name == "categorical_crossentropy":
        fix += f"  # or loss='sparse_{loss.name}'"
    return _Reading(
        mistake="class-ids-for-a-one-hot-loss",
        title="Class ids for a loss that takes one value per class",
        fix=fix,
    )


def _read_steps(
    labels: Shape, shape: Shape, name: str, steps: int | None
) -> _Reading | None:
    if len(shape) != 3:
        return _read_steps_of_one(labels, name, steps)
    if len(labels) == 1 or (len(labels) == 2 and labels[1] != shape[1]):
        return _Reading(
            mistake="one-label-for-outputs-at-every-step",
            title="y has one label per sample, the model an output at every timestep",
            fix=_ONE_OUTPUT,
            fix_is_example=True,
        )
    if len(labels) != 3 or labels[1] == shape[1]:
        return None
    fix = (
        f"keras.layers.RepeatVector({labels[1]})  # between an encoder and a decoder; or cut "
        f"{name} to {shape[1]}"
    )
    return _Reading(
        mistake="labels-of-another-number-of-timesteps",
        title=f"y has {labels[1]} timestep{'s' * (labels[1] != 1)}, the output {shape[1]}",
        fix=_ONE_OUTPUT if labels[1] == 1 else fix,
        fix_is_example=True,
    )


def _read_steps_of_one(
    labels: Shape, name: str, steps: int | None
) -> _Reading | None:
    """Return the reading of labels at every step for an output without a time axis."""
    if len(labels) < 2 or labels[1] == 1:
        return None
    if len(labels) != 3 and labels[1] != steps:
        return None
    return _Reading(
        mistake="labels-at-every-step-for-one-output",
        title="y has a label for every timestep, the model one output per sample",
        fix=(
            f"{name} = {name}[:, -1]  # the label of the last step, or return_sequences=True in "
            "the last layer"
        ),
    )


def _read_width(labels: Shape, shape: Shape, name: str) -> _Reading:
    width = labels[-1] if len(labels) == len(shape) else 1
    return _Reading(
        mistake="labels-of-another-width",
        title=f"y has {width} value{'s' * (width != 1)} for each {shape[-1]} of the output",
        fix=f"keras.layers.Dense({width})  # as the last layer; or cut {name} to {shape[-1]}",
        fix_is_example=True,
    )


def _not_numbers(argument: ArrayArgument) -> Problem:
    name = argument.variable
    if argument.is_text:
        return Problem(
            mistake="invalid-dtype-str",
            level="raises",
            title=f"{name} holds text",
            expected="numbers",
            came=argument.problem,
            why="Keras stops.",
            fix=(
                f"{name} = np.unique({name}, return_inverse=True)[1]  # an id for each word, in "
                "their order"
            ),
        )
    return Problem(
        mistake="invalid-dtype-object",
        level="raises",
        title=f"{name} is not an array of numbers",
        expected="one array of numbers",
        came=argument.problem,
        why="Keras turns neither None nor rows of different lengths into a tensor.",
        fix=(
            f'{name} = np.asarray({name}, dtype="float32")  # once all rows are equally long and '
            "hold numbers"
        ),
        fix_is_example=True,
    )


def _single_number(argument: ArrayArgument) -> Problem:
    name = argument.variable
    return Problem(
        mistake="unrecognized-data-type",
        level="raises",
        title=f"{name} is a single number",
        expected="an array with one row per sample of x",
        came=repr(argument.value),
        why="Axis 0 of y is batch: without it no label belongs to a sample.",
        fix=f"{name} = np.full(len(x), {name})  # where every sample has this label",
        fix_is_example=True,
    )


def _plain_list(argument: ArrayArgument) -> Problem:
    name = argument.variable
    return Problem(
        mistake="unrecognized-data-type",
        level="raises",
        title=f"{name} is a list of numbers",
        expected="a NumPy array",
        came=type(argument.value).__name__,
        why="fit reads a list as the labels of several outputs, one array each.",
        fix=f"{name} = np.asarray({name})",
    )
