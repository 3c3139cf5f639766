"""What is found in the shapes of x.

Axes that are missing, swapped, added by Keras, or of another size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import change_input
from unrolled.checks.reports import Problem, from_finding
from unrolled.explanations.explanation import explain
from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.findings import Finding
from unrolled.model_io.inputs import compare_lengths
from unrolled.model_io.shape_words import say_x

ORDER = 1

#: where Keras runs on, and means something else
_SILENT = {
    "swapped-timesteps-and-features": "wrong",
    "sample-without-batch-axis": "wrong",
    "features-other-than-built": "wrong",
    "invalid-input-shape-for-input-tensor": "wrong",
    "features-axis-added": "doubt",
    "last-axis-dropped": "doubt",
    "timesteps-other-than-built": "doubt",
}
#: for these Keras has more than one message, of which the catalogue has an entry each
_BY_MESSAGE = (
    "swapped-timesteps-and-features",
    "features-other-than-built",
    "invalid-input-shape-for-input-tensor",
)
#: where the model may be meant for other arrays
_OTHER_INPUT = ("features-other-than-built", "timesteps-other-than-built")
_NOT_NUMBERS = ("invalid-dtype-str", "invalid-dtype-object")
#: what this rule says of a run that stopped
_STOPPING = (
    *_SILENT,
    *_NOT_NUMBERS,
    "no-samples",
    "data-cardinality-is-ambiguous",
)


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of x."""
    # x that does not have an array for each input is said of its parts
    if not case.inputs:
        return
    if case.unbatched:
        yield _unbatched(case)
    lists = [a for a in case.inputs if a.is_list_of_arrays]
    for argument in lists:
        yield _list_of_samples(case, argument)
    # the shape of such a list says nothing more
    if not lists:
        yield from _from_findings(case)
    yield from _from_lengths(case)


def _from_lengths(case: Case) -> Iterator[Problem]:
    """Yield where arrays have other numbers of samples."""
    title = "x and y do not have the same number of samples"
    if not case.labels:
        title = "The inputs do not have the same number of samples"
    for finding in compare_lengths((*case.inputs, *case.labels), title):
        yield from_finding(finding, "raises")


def stops_by_shape(case: Case) -> bool:
    """Tell whether this rule says why the run stopped."""
    codes = {finding.code for finding in case.given.findings}
    if not codes.isdisjoint(_STOPPING):
        return True
    return any(argument.is_plain_list for argument in case.inputs)


def _from_findings(case: Case) -> Iterator[Problem]:
    """Yield what was found when x was read."""
    levels = dict.fromkeys(_NOT_NUMBERS, "raises")
    levels["no-samples"] = "raises"
    if case.labels:
        # fit of an empty array returns at once, predict stops
        levels["no-samples"] = "wrong"
    for finding in case.given.findings:
        if finding.code in _SILENT:
            yield _shape_problem(case, finding)
        elif finding.code in levels:
            yield from_finding(finding, levels[finding.code])
    for argument in case.inputs:
        # rows of different lengths are said as no numbers
        if argument.array is not None and argument.is_plain_list:
            yield _plain_list(argument)


def _shape_problem(case: Case, finding: Finding) -> Problem:
    """Return a problem of shapes; it raises where the run of the batch did."""
    problem = from_finding(finding, _SILENT[finding.code])
    problem = _with_input(case, problem)
    # Keras runs on
    if case.error is None:
        return problem
    mistake = finding.code
    why = problem.why
    # that Keras runs on is not true of this run
    if mistake == "features-other-than-built":
        why = "The weights of the first layer have one row per feature."
    # the page of the message that the reader sees
    known = explain(case.error).mistake
    if mistake in _BY_MESSAGE and known is not None:
        mistake = known.name
    return replace(problem, level="raises", mistake=mistake, why=why)


def _with_input(case: Case, problem: Problem) -> Problem:
    """Return a problem whose fix builds the model for the arrays that came."""
    if problem.mistake not in _OTHER_INPUT:
        return problem
    # x itself can be mended: the model stays as it is
    if not problem.fix_is_example:
        return problem
    batch, *built = case.io.inputs[0].shape
    came = case.given.arrays[0].shape
    shape = (batch, *came[1:])
    # a recurrent layer reads any number of timesteps
    if problem.mistake == "timesteps-other-than-built":
        shape = (batch, None, *built[1:])
    line = f"keras.Input({shape[1:]}) where the model is built"
    fix = change_input(case, shape, line)
    return replace(problem, fix=fix.code, fix_is_example=fix.is_example)


def _unbatched(case: Case) -> Problem:
    shapes = [array.shape[1:] for array in case.given.arrays]
    last_axes = {shape[-1:] for shape in shapes}
    level = "raises"
    if last_axes <= {(1,)}:
        # Keras adds a last axis of size 1
        level = "wrong"
    # a PyDataset makes its batches itself
    code = "# return 32 samples from each __getitem__"
    if case.is_batchable:
        code = "x = x.batch(32)"
    expected = [say_x((None, *shape)) for shape in shapes]
    came = ", ".join(map(str, shapes))
    return Problem(
        mistake="dataset-without-batches",
        level=level,
        title="The dataset yields single samples, not batches",
        expected=", ".join(expected),
        came=f"elements of shape {came}",
        why=(
            "Keras takes axis 0 of every element for batch: each timestep becomes a sample of its "
            "own."
        ),
        fix=code,
        fix_is_example=not case.is_batchable,
    )


def _list_of_samples(case: Case, argument: ArrayArgument) -> Problem:
    name = argument.variable
    parts = argument.value
    lengths = {*map(len, parts)}
    for labels in case.labels:
        # none of what is no array, or a single number
        lengths.update(np.asarray(labels.array).shape[:1])
    level = "raises"
    if len(lengths) == 1:
        # y is as long as the first array, which is then taken for the batch
        level = "wrong"
    shapes = {tuple(part.shape) for part in parts}
    code = f"{name} = np.stack({name})"
    # rows of different lengths are padded before they are stacked
    if len(shapes) > 1:
        code = f'{name} = keras.utils.pad_sequences({name}, dtype="float32", padding="post")'
    arrays = f"{len(parts)} array{'s' * (len(parts) != 1)}"
    return Problem(
        mistake="wrong-number-of-inputs",
        level=level,
        title=f"{name} is a list of {arrays}, the model has one input",
        expected="one array, with the axis batch in front",
        came=f"a list of {arrays} {parts[0].shape}",
        why=(
            "Keras reads a list as several inputs: it takes the first array for the whole batch, "
            "and only warns."
        ),
        fix=code,
    )


def _plain_list(argument: ArrayArgument) -> Problem:
    name = argument.variable
    return Problem(
        mistake="unrecognized-data-type",
        level="raises",
        title=f"{name} is a list of numbers",
        expected="a NumPy array",
        came=type(argument.value).__name__,
        why="fit and predict read a list as several inputs, one array each.",
        fix=f"{name} = np.asarray({name})",
    )
