"""What is found in the shapes of x.

Axes that are missing, swapped, added by Keras, or of another size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from unrolled.checks.cases import Case
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
_NOT_NUMBERS = ("invalid-dtype-str", "invalid-dtype-object")


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of x."""
    if not case.inputs:
        return
    if case.unbatched:
        yield _unbatched(case)
    if any(a.is_list_of_arrays for a in case.inputs):
        yield from _from_lists(case)
    else:
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
    codes = {finding.code for finding in case.given.findings}
    lists = any(_is_nested_list(a) or a.is_list_of_arrays for a in case.inputs)
    others = {"no-samples", "data-cardinality-is-ambiguous", *_NOT_NUMBERS}
    return lists or bool(codes & {*_SILENT, *others})


def _from_lists(case: Case) -> Iterator[Problem]:
    for argument in case.inputs:
        if argument.is_list_of_arrays:
            yield _list_of_samples(case, argument)


def _from_findings(case: Case) -> Iterator[Problem]:
    for finding in case.given.findings:
        if finding.code in _SILENT:
            yield _shape_problem(case, finding)
        elif finding.code in _NOT_NUMBERS:
            yield from_finding(finding, "raises")
        elif finding.code == "no-samples":
            # fit returns at once, predict stops
            yield from_finding(finding, "wrong" if case.labels else "raises")
    for argument in case.inputs:
        if _is_nested_list(argument):
            yield _plain_list(argument)


def _shape_problem(case: Case, finding: Finding) -> Problem:
    """Return a problem of shapes; it raises where the run of the batch did."""
    if case.error is None:
        return from_finding(finding, _SILENT[finding.code])
    problem = from_finding(finding, "raises")
    if finding.code == "features-other-than-built":
        problem = replace(
            problem,
            why="The weights of the first layer have one row per feature.",
        )
    known = explain(case.error).mistake
    if finding.code in _BY_MESSAGE and known is not None:
        problem = replace(problem, mistake=known.name)
    return problem


def _unbatched(case: Case) -> Problem:
    shapes = [a.array.shape[1:] for a in case.inputs if a.array is not None]
    # Keras adds a last axis of size 1
    adds_axis = all(shape[-1:] == (1,) for shape in shapes)
    return Problem(
        mistake="dataset-without-batches",
        level="wrong" if adds_axis else "raises",
        title="The dataset yields single samples, not batches",
        expected=", ".join(say_x((None, *shape)) for shape in shapes),
        came="elements of shape " + ", ".join(map(str, shapes)),
        why=(
            "Keras takes axis 0 of every element for batch: each timestep becomes a sample of its "
            "own."
        ),
        fix="x = x.batch(32)"
        if case.is_batchable
        else "# return 32 samples from each __getitem__",
        fix_is_example=not case.is_batchable,
    )


def _is_nested_list(argument: ArrayArgument) -> bool:
    """Tell whether an array came as lists of numbers, which Keras reads as several arrays."""
    return (
        argument.array is not None
        and argument.is_plain_list
        and not argument.is_list_of_arrays
    )


def _list_of_samples(case: Case, argument: ArrayArgument) -> Problem:
    name, count = argument.variable, len(argument.value)
    lengths = {len(v) for v in argument.value}
    lengths |= {
        len(a.array)
        for a in case.labels
        if a.array is not None and a.array.ndim
    }
    shapes = {tuple(v.shape) for v in argument.value}
    pad = f'{name} = keras.utils.pad_sequences({name}, dtype="float32", padding="post")'
    return Problem(
        mistake="wrong-number-of-inputs",
        level="wrong" if len(lengths) == 1 else "raises",
        title=f"{name} is a list of {count} array{'s' * (count != 1)}, the model has one input",
        expected="one array, with the axis batch in front",
        came=f"a list of {count} array{'s' * (count != 1)} {argument.value[0].shape}",
        why=(
            "Keras reads a list as several inputs: it takes the first array for the whole batch, "
            "and only warns."
        ),
        fix=f"{name} = np.stack({name})" if len(shapes) == 1 else pad,
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
