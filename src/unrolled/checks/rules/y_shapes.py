"""What is found in the shapes of y.

Labels that do not meet the outputs one by one, raised or silently spread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unrolled.axes import say_count
from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_end, end_in
from unrolled.checks.outputs import JudgedOutput
from unrolled.checks.reports import Problem
from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.loss_shapes import Shape, aligned, pair_by_class
from unrolled.model_io.losses import LossSpec
from unrolled.model_io.shape_words import say_y

ORDER = 1


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """How labels differ from the output: the entry, its title and the fix."""

    mistake: str
    title: str
    fix: Fix


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of y."""
    for argument in case.labels:
        if argument.array is None:
            yield _not_numbers(argument)
        elif argument.array.ndim == 0:
            yield _single_number(argument)
        elif argument.is_plain_list:
            yield _plain_list(argument)
    for judged in case.judged:
        yield from _in_one(case, judged)


def _in_one(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield what is wrong with the labels of one output."""
    loss = judged.loss
    shape = judged.shape
    labels = judged.labels[: case.size].shape
    if labels[0] != shape[0]:
        return  # said of the shapes of x, as different numbers of samples
    verdict, error = loss.verdict(labels, shape)
    if verdict == "ok":
        return
    level: str = verdict
    # a loss of your own may mean what it does
    if verdict == "wrong" and not loss.is_keras:
        level = "doubt"
    several = ""
    if len(case.outputs) > 1:
        several = f" (output {judged.output.name!r})"
    steps = _timesteps(case)
    reading = (
        _read_classes(judged, labels)
        or _read_steps(case, judged, labels, steps)
        or _read_width(case, judged, labels)
    )
    yield Problem(
        mistake=reading.mistake,
        level=level,
        title=f"{reading.title}{several}",
        expected=_expected(shape, loss, steps),
        came=say_y(labels, steps),
        why=_why(labels, shape, loss, error),
        fix=reading.fix.code,
        fix_is_example=reading.fix.is_example,
    )


def _timesteps(case: Case) -> int | None:
    """Return the timesteps of the first input that has them."""
    shapes = [array.shape for array in case.given.arrays]
    sequences: list[Shape] = [s for s in shapes if len(s) in (2, 3)]
    # the second axis of two may be features: an input of three comes first
    sequences.sort(key=len, reverse=True)
    if not sequences:
        return None
    return sequences[0][1]


def _expected(shape: Shape, loss: LossSpec, steps: int | None) -> str:
    """Return in words which labels the loss takes for an output of this shape."""
    if loss.takes_ids:
        words = say_y(shape[:-1], steps)
        last = shape[-1] - 1
        return (
            f"{words}: ids from 0 to {last}, as the loss {loss.name} takes them"
        )
    words = say_y(shape, steps, classes=loss.takes_classes)
    return f"{words}: one label for each value of the output"


def _why(labels: Shape, shape: Shape, loss: LossSpec, error: str) -> str:
    """Return what the loss does with such labels."""
    name = f"The loss {loss.name}"
    if loss.guessed:
        name = f"{name} (guessed: none was given)"
    if error:
        # the lines behind the first one tell of the inside of Keras
        reason = error.strip().splitlines()[0].strip()
        return f"{name} stops: {reason}"
    left, right = aligned(labels, shape)
    if loss.takes_ids:
        return f"{name} reads the {right[-1]} timesteps of the output as {right[-1]} classes."
    return (
        f"{name} stretches {left} and {right} to one shape and compares values that do not "
        "belong together: it falls to a wrong number and the model learns an average."
    )


def _read_classes(judged: JudgedOutput, labels: Shape) -> _Reading | None:
    """Return the reading of labels that are ids or one-hot where the loss takes the other."""
    loss = judged.loss
    name = judged.variable
    classes = judged.shape[-1]
    # one value has no classes to choose from
    if classes < 2:
        return None
    if loss.takes_ids and labels == judged.shape:
        return _Reading(
            mistake="argument-output-must-have-rank-target-ndim-1",
            title="One-hot labels for a loss that takes class ids",
            fix=Fix(f"{name} = {name}.argmax(axis=-1)"),
        )
    takes_one_per_class = loss.takes_classes or loss.is_binary
    if not takes_one_per_class or not pair_by_class(labels, judged.shape):
        return None
    code = f"{name} = keras.utils.to_categorical({name}, {classes})"
    if loss.name == "categorical_crossentropy":
        code += f"  # or loss='sparse_{loss.name}'"
    return _Reading(
        mistake="class-ids-for-a-one-hot-loss",
        title="Class ids for a loss that takes one value per class",
        fix=Fix(code),
    )


def _read_steps(
    case: Case, judged: JudgedOutput, labels: Shape, steps: int | None
) -> _Reading | None:
    """Return the reading of labels that have other timesteps than the output, or none."""
    # an output without a time axis
    if len(judged.shape) != 3:
        return _read_steps_of_one(judged.variable, labels, steps)
    # the steps are the same: the values of a step are not
    if labels[1:2] == judged.shape[1:2]:
        return None
    if len(labels) < 3:
        return _Reading(
            mistake="one-label-for-outputs-at-every-step",
            title="y has one label per sample, the model an output at every timestep",
            fix=_last_step(case, judged, "-1"),
        )
    return _read_other_steps(case, judged, labels)


def _last_step(case: Case, judged: JudgedOutput, step: str) -> Fix:
    """Return the fix that keeps the output of the last step alone."""
    line = "return_sequences=False in the last recurrent layer"
    if judged.output.call is None:
        return Fix(f"# {line}", is_example=True)
    return change_end(
        case,
        f"{line}, or give {judged.variable} a label for each timestep",
        f"model.outputs[0][:, {step}]",
    )


def _read_other_steps(
    case: Case, judged: JudgedOutput, labels: Shape
) -> _Reading | None:
    """Return the reading of labels at every step of another number of steps."""
    if len(labels) != 3:
        return None
    name = judged.variable
    came = labels[1]
    made = judged.shape[1]
    fix = _last_step(case, judged, "-1:")
    # which steps of several belong together is yours to know
    if came > 1:
        repeat = f"keras.layers.RepeatVector({came})"
        line = f"# {repeat} between an encoder and a decoder"
        # fewer labels than outputs cannot be cut
        if came > made:
            line = f"{line}; or cut {name} to {made}"
        fix = Fix(line, is_example=True)
    return _Reading(
        mistake="labels-of-another-number-of-timesteps",
        title=f"y has {say_count(came, 'timesteps')}, the output {made}",
        fix=fix,
    )


def _read_steps_of_one(
    name: str, labels: Shape, steps: int | None
) -> _Reading | None:
    """Return the reading of labels at every step for an output without a time axis."""
    if len(labels) < 2 or labels[1] == 1:
        return None
    # two axes may be (batch, targets), unless there are as many as timesteps
    if len(labels) != 3 and labels[1] != steps:
        return None
    code = (
        f"{name} = {name}[:, -1]  # the label of the last step, or return_sequences=True in "
        "the last layer"
    )
    return _Reading(
        mistake="labels-at-every-step-for-one-output",
        title="y has a label for every timestep, the model one output per sample",
        fix=Fix(code),
    )


def _read_width(case: Case, judged: JudgedOutput, labels: Shape) -> _Reading:
    """Return the reading of labels of more or fewer values than the output."""
    shape = judged.shape
    call = judged.output.call
    width = 1
    if len(labels) == len(shape):
        width = labels[-1]
    # behind a layer of another kind comes one more, and its activation stays where it is
    activation = None
    if call is not None and call.layer_class == "Dense":
        activation = judged.activation
    return _Reading(
        mistake="labels-of-another-width",
        title=f"y has {say_count(width, 'values')} for each {shape[-1]} of the output",
        fix=end_in(case, judged.output, width, activation),
    )


def _not_numbers(argument: ArrayArgument) -> Problem:
    """Return the problem of labels that are text, or no array of numbers."""
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
    """Return the problem of one label for all samples."""
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
    """Return the problem of labels in a list of Python."""
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
