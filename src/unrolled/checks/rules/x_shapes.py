"""What is found in the shapes of x.

Axes that are missing, swapped, added by Keras, or of another size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of x."""
    if not case.inputs:
        return
    if case.unbatched:
        yield _unbatched(case)
    lists = [a for a in case.inputs if a.is_list_of_arrays]
    for argument in lists:
        yield _list_of_samples(case, argument)
    if not lists:
        yield from _from_findings(case)
    yield from _from_lengths(case)


def _from_lengths(case: Case) -> Iterator[Problem]:
    title = "x and y do not have the same number of samples"
    if not case.labels:
        title = "The inputs do not have the same number of samples"
    for finding in compare_lengths((*case.inputs, *case.labels), title):
        yield from_finding(finding, "raises")


def stops_by_shape(case: Case) -> bool:
    """Tell whether this rule says why the run stopped."""
    if any(argument.is_plain_list for argument in case.inputs):
        return True
    codes = {finding.code for finding in case.given.findings}
    others = {"no-samples", "data-cardinality-is-ambiguous", *_NOT_NUMBERS}
    return not codes.isdisjoint({*_SILENT, *others})


def _from_findings(case: Case) -> Iterator[Problem]:
    # fit of an empty array returns at once, predict stops
    empty = "wrong" if case.labels else "raises"
    levels = dict.fromkeys(_NOT_NUMBERS, "raises") | {"no-samples": empty}
    for finding in case.given.findings:
        if finding.code in _SILENT:
            yield _shape_problem(case, finding)
        elif finding.code in levels:
            yield from_finding(finding, levels[finding.code])
    for argument in case.inputs:
        if argument.array is not None and argument.is_plain_list:
            yield _plain_list(argument)


def _shape_problem(case: Case, finding: Finding) -> Problem:
    """Return a problem of shapes; it raises where the run of the batch did."""
    problem = from_finding(finding, _SILENT[finding.code])
    problem = _with_input(case, problem)
    if case.error is None:
        return problem
    why, mistake = problem.why, problem.mistake
    if mistake == "features-other-than-built":
        why = "The weights of the first layer have one row per feature."
    known = explain(case.error).mistake
    if finding.code in _BY_MESSAGE and known is not None:
        mistake = known.name
    return replace(problem, level="raises", mistake=mistake, why=why)


def _with_input(case: Case, problem: Problem) -> Problem:
    """Return a problem whose fix builds the model for the arrays that came."""
    if problem.mistake not in _OTHER_INPUT or not problem.fix_is_example:
        return problem
    built, came = case.io.inputs[0].shape, case.given.arrays[0].shape
    shape = (built[0], *came[1:])
    if problem.mistake == "timesteps-other-than-built":
        shape = (built[0], None, *built[2:])
    line = f"keras.Input({shape[1:]}) where the model is built"
    fix = change_input(case, shape, line)
    return replace(problem, fix=fix.code, fix_is_example=fix.is_example)


def _unbatched(case: Case) -> Problem:
    shapes = [array.shape[1:] for array in case.given.arrays]
    level, code = "raises", "# return 32 samples from each __getitem__"
    if all(shape[-1:] == (1,) for shape in shapes):
        level = "wrong"  # Keras adds a last axis of size 1
    if case.is_batchable:
        code = "x = x.batch(32)"
    return Problem(
        mistake="dataset-without-batches",
        level=level,
        title="The dataset yields single samples, not batches",
        expected=", ".join(say_x((None, *shape)) for shape in shapes),
        came="elements of shape " + ", ".join(map(str, shapes)),
        why=(
            "Keras takes axis 0 of every element for batch: each timestep becomes a sample of its "
            "own."
        ),
        fix=code,
        fix_is_example=not case.is_batchable,
    )


def _list_of_samples(case: Case, argument: ArrayArgument) -> Problem:
    name, parts = argument.variable, argument.value
    labels = [
        a.array for a in case.labels if a.array is not None and a.array.ndim
    ]
    lengths = {*map(len, parts), *map(len, labels)}
    shapes = {tuple(part.shape) for part in parts}
    code = f"{name} = np.stack({name})"
    if len(shapes) > 1:
        code = f'{name} = keras.utils.pad_sequences({name}, dtype="float32", padding="post")'
    arrays = f"{len(parts)} array" + "s" * (len(parts) != 1)
    return Problem(
        mistake="wrong-number-of-inputs",
        level="wrong" if len(lengths) == 1 else "raises",
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
