"""What is found in the shapes of y: labels that do not meet the outputs one by one, raised or silently spread."""

from __future__ import annotations

from collections.abc import Iterator

from unrolled.checks.arrays import Given, is_plain
from unrolled.checks.cases import Subject
from unrolled.checks.losses import Judge
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.model_io.loss_shapes import Shape, aligned, pair_by_class
from unrolled.model_io.shape_words import say_y


def find_in_y_shapes(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of y."""
    for given in subject.labels:
        if given.array is None:
            yield _no_array(given)
        elif is_plain(given.value):
            yield _plain_list(given)
    for output in subject.outputs:
        yield from _in_one(subject, output)


def _in_one(subject: Subject, output: Output) -> Iterator[Problem]:
    given, judge, shape = output.labels, output.judge, output.shape
    if given is None or judge is None or shape is None or given.array is None or not shape:
        return
    labels = (min(len(given.array), subject.size), *given.array.shape[1:])
    if labels[0] != shape[0]:
        return  # told as different numbers of samples
    level, error = judge.verdict(labels, shape)
    if level == "ok":
        return
    if not judge.own and level == "wrong":
        level = "doubt"
    steps = _timesteps(subject)
    mistake, title, fix = _told(labels, shape, judge, given.variable, steps)
    yield Problem(
        mistake,
        level,
        f"{title}{f' (output {output.name!r})' if len(subject.outputs) > 1 else ''}",
        _expected(shape, judge, steps),
        say_y(labels, steps),
        _why(labels, shape, judge, level, error),
        fix,
    )


def _timesteps(subject: Subject) -> int | None:
    """Return the timesteps of the first input that has them."""
    arrays = [g.array for g in subject.inputs if g.array is not None]
    return next(
        (a.shape[1] for a in arrays if a.ndim == 3),
        next((a.shape[1] for a in arrays if a.ndim == 2), None),
    )


def _expected(shape: Shape, judge: Judge, steps: int | None) -> str:
    if judge.takes_ids:
        return f"{say_y(shape[:-1], steps)}: ids from 0 to {shape[-1] - 1}, as the loss {judge.name} takes them"
    return f"{say_y(shape, steps, classes=judge.takes_classes)}: one label for each value of the output"


def _why(labels: Shape, shape: Shape, judge: Judge, level: str, error: str) -> str:
    loss = f"the loss {judge.name}" + (" (guessed: none was given)" if judge.guessed else "")
    if level == "raises":
        lines = [line.strip() for line in error.splitlines() if line.strip()]
        return (
            f"{loss[0].upper()}{loss[1:]} stops: {lines[0] if lines else 'an error without a text'}"
        )
    left, right = aligned(labels, shape)
    if judge.takes_ids:
        return f"{loss[0].upper()}{loss[1:]} reads the {right[-1]} timesteps of the output as {right[-1]} classes."
    return (
        f"{loss[0].upper()}{loss[1:]} stretches {left} and {right} to one shape and compares values that do not "
        "belong together: it falls to a wrong number and the model learns an average."
    )


def _told(
    labels: Shape, shape: Shape, judge: Judge, name: str, steps: int | None
) -> tuple[str, str, str]:
    """Return the entry, the title and the line that mends it."""
    per_step = len(shape) == 3
    if judge.takes_ids and labels == shape and shape[-1] > 1:
        title = "One-hot labels for a loss that takes class ids"
        return (
            "argument-output-must-have-rank-target-ndim-1",
            title,
            f"{name} = {name}.argmax(axis=-1)",
        )
    one_per_class = judge.takes_classes or (judge.takes_probabilities and not judge.takes_ids)
    if one_per_class and shape[-1] > 1 and pair_by_class(labels, shape):
        title = "Class ids for a loss that takes one value per class"
        fix = f"{name} = keras.utils.to_categorical({name}, {shape[-1]})"
        if judge.name == "categorical_crossentropy":
            fix += f"  # or loss='sparse_{judge.name}'"
        return "class-ids-for-a-one-hot-loss", title, fix
    if (
        not per_step
        and len(labels) >= 2
        and (len(labels) == 3 or labels[1] == steps != 1)
        and labels[1] != 1
    ):
        return (
            "labels-at-every-step-for-one-output",
            "y has a label for every timestep, the model one output per sample",
            f"{name} = {name}[:, -1]  # the label of the last step, or return_sequences=True in the last layer",
        )
    if per_step and (len(labels) == 1 or (len(labels) == 2 and labels[1] != shape[1])):
        return (
            "one-label-for-outputs-at-every-step",
            "y has one label per sample, the model an output at every timestep",
            "return_sequences=False in the last recurrent layer  # or give y a label for each timestep",
        )
    if per_step and len(labels) == 3 and labels[1] != shape[1]:
        return (
            "labels-of-another-number-of-timesteps",
            f"y has {labels[1]} timestep{'s' * (labels[1] != 1)}, the output {shape[1]}",
            "return_sequences=False in the last recurrent layer  # or give y a label for each timestep"
            if labels[1] == 1
            else f"keras.layers.RepeatVector({labels[1]})  # between an encoder and a decoder; or cut y to {shape[1]}",
        )
    width = labels[-1] if len(labels) == len(shape) else 1
    return (
        "labels-of-another-width",
        f"y has {width} value{'s' * (width != 1)} for each {shape[-1]} of the output",
        f"keras.layers.Dense({width})  # as the last layer; or cut y to {shape[-1]}",
    )


def _no_array(given: Given) -> Problem:
    name = given.variable
    if "<U" in given.problem or "str" in given.problem:
        fix = f"{name} = keras.layers.StringLookup(num_oov_indices=0, vocabulary=sorted(set({name})))({name}).numpy()"
        return Problem(
            "invalid-dtype-str",
            "raises",
            f"{name} holds text",
            "numbers",
            given.problem,
            "Keras stops.",
            fix,
        )
    return Problem(
        "invalid-dtype-object",
        "raises",
        f"{name} is no array of numbers",
        "one array of numbers",
        given.problem,
        "Keras turns neither None nor rows of different lengths into a tensor.",
        f'{name} = np.asarray({name}, dtype="float32")',
    )


def _plain_list(given: Given) -> Problem:
    return Problem(
        "unrecognized-data-type",
        "raises",
        f"{given.variable} is a list of numbers",
        "a NumPy array",
        type(given.value).__name__,
        "fit reads a list as the labels of several outputs, one array each.",
        f"{given.variable} = np.asarray({given.variable})",
    )
