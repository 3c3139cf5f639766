"""What is found in the shapes of x: axes that are missing, swapped, added by Keras, or of another size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from unrolled.checks.arrays import Given, is_plain
from unrolled.checks.cases import Subject
from unrolled.checks.reports import Problem
from unrolled.checks.rules.given_states import find_in_given_states
from unrolled.explanations.explanation import explain
from unrolled.model_io.shape_words import say_x
from unrolled.traces.cells import Array

_RUN_ON = "Keras runs on with it, and the result means something else."
_STOPS = "Keras stops."


def find_in_x_shapes(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with the shapes of x."""
    if not subject.inputs:
        return
    if subject.unbatched:
        yield _unbatched(subject)
    found = [p for given in subject.inputs for p in _in_one(subject, given)]
    found += _lengths(subject)
    yield from found
    if subject.error is not None and all(p.level != "raises" for p in found):
        states = list(find_in_given_states(list(subject.layers.values())))
        yield from states or [_stopped(subject)]


def _in_one(subject: Subject, given: Given) -> Iterator[Problem]:
    if _is_list_of_arrays(given):
        yield _list_of_samples(subject, given)
        return
    if given.array is None:
        yield _no_array(given)
        return
    if is_plain(given.value):
        yield _plain_list(given)
    if given.array.ndim == 0 or not given.array.size:
        yield _empty(subject, given)
        return
    if given.shape is not None:
        yield from _against(subject, given, given.array, given.shape)


def _against(
    subject: Subject, given: Given, array: Array, spec: Sequence[int | None]
) -> Iterator[Problem]:
    """Yield how the shape of an array differs from that of the input it is for."""
    came, name = array.shape, given.variable
    if len(came) == len(spec):
        axes = [k for k in range(1, len(spec)) if spec[k] not in (None, came[k])]
        if not axes:
            return
        if len(spec) == 3 and _fits((came[2], came[1]), spec[1:]):
            yield _shape_problem(
                subject,
                given,
                _known(subject, "swapped-timesteps-and-features"),
                "The axes timesteps and features are swapped",
                "Each timestep would be read as one feature and each feature as one timestep.",
                f"{name} = np.swapaxes({name}, 1, 2)",
            )
        elif axes == [1] and (len(spec) == 3 or given.ids):
            yield _timesteps(subject, given, array, spec)
        else:
            yield _sizes(subject, given, array, spec, axes[-1])
    elif len(came) == len(spec) - 1 and _is_one_sample(came, spec):
        yield _shape_problem(
            subject,
            given,
            "sample-without-batch-axis",
            "This looks like one sample without its axis batch",
            f"Axis 0 is batch: {came[0]} samples are read here, not one of {came[0]} timesteps.",
            f"{name} = {name}[np.newaxis]",
        )
    elif len(came) == len(spec) - 1 and spec[-1] == 1:
        yield _shape_problem(
            subject,
            given,
            "features-axis-added",
            "Keras adds the axis features",
            "The shape in the program is not the one that the model reads; the next function may not add an axis.",
            f"{name} = {name}[..., np.newaxis]",
            silent="doubt",
        )
    else:
        yield _ranks(subject, given, array, spec)


def _timesteps(subject: Subject, given: Given, array: Array, spec: Sequence[int | None]) -> Problem:
    features = "," if len(spec) < 3 else f", {spec[2]}"
    return _shape_problem(
        subject,
        given,
        "timesteps-other-than-built",
        f"The model was built for {spec[1]} timesteps and gets {array.shape[1]}",
        "A Sequential model runs any number of timesteps, a functional one only the number of its Input.",
        f"keras.Input((None{features}))  # any number of timesteps, or cut x to {spec[1]}",
        silent="doubt",
    )


def _sizes(
    subject: Subject, given: Given, array: Array, spec: Sequence[int | None], axis: int
) -> Problem:
    word = {1: "timesteps", 2: "features"}.get(axis, str(axis)) if len(spec) == 3 else str(axis)
    return _shape_problem(
        subject,
        given,
        _known(subject, "features-other-than-built"),
        f"The model was built for {spec[axis]} in the axis {word} and gets {array.shape[axis]}",
        "The weights of the first layer have one row per feature."
        if subject.error is not None
        else "A layer that takes any size lets it pass, and the layers behind it read another sequence.",
        f"keras.Input({array.shape[1:]})  # or give {given.variable} {spec[axis]} there",
    )


def _ranks(subject: Subject, given: Given, array: Array, spec: Sequence[int | None]) -> Problem:
    sizes = ", ".join("-1" if n is None else str(n) for n in spec[1:])
    if array.ndim == len(spec) + 1 and array.shape[-1] == 1:
        fix, why = f"{given.variable} = {given.variable}[..., 0]", "Keras takes the last axis off."
        return _shape_problem(
            subject, given, "last-axis-dropped", "There is one axis too many", why, fix, "doubt"
        )
    windows = len(spec) == 3 and array.ndim == 2 and array.shape[1] == spec[2]
    steps = spec[1] if len(spec) > 1 and spec[1] else "timesteps"
    fix = (
        f"{given.variable} = unrolled.windows({given.variable}, {steps}).x"
        if windows
        else f"{given.variable} = {given.variable}.reshape(len({given.variable}), {sizes})"
    )
    return _shape_problem(
        subject,
        given,
        _known(subject, "invalid-input-shape-for-input-tensor"),
        f"The model takes {len(spec)} axes and gets {array.ndim}",
        "A recurrent layer reads (batch, timesteps, features): many samples, each a sequence of vectors.",
        fix,
    )


def _shape_problem(
    subject: Subject,
    given: Given,
    mistake: str,
    title: str,
    why: str,
    fix: str,
    silent: str = "wrong",
) -> Problem:
    """Return a problem of shapes; it raises where the run of the batch did."""
    assert given.array is not None
    assert given.shape is not None
    level = silent if subject.error is None else "raises"
    spec = (subject.fixed, *given.shape[1:])
    ids = (
        given.ids is not None or mistake == "features-axis-added"
    )  # two axes without features, as ids have them
    return Problem(mistake, level, title, say_x(spec, ids), say_x(given.array.shape, ids), why, fix)


def _known(subject: Subject, name: str) -> str:
    """Return the entry that the catalogue has for Keras's own error, or else the name given."""
    found = None if subject.error is None else explain(subject.error).mistake
    return name if found is None else found.name


def _is_one_sample(came: Sequence[int], spec: Sequence[int | None]) -> bool:
    """Tell whether an array has the sizes of a single sample, and that is no accident of a batch of vectors."""
    return _fits(came, spec[1:]) and (spec[-1] != 1 or came[-1] == 1) and len(spec) > 2


def _fits(sizes: Sequence[int], spec: Sequence[int | None]) -> bool:
    return len(sizes) == len(spec) and all(
        want in (None, n) for n, want in zip(sizes, spec, strict=True)
    )


def _lengths(subject: Subject) -> list[Problem]:
    """Return the problem of parts with different numbers of samples."""
    parts = [g for g in (*subject.inputs, *subject.labels) if g.array is not None and g.array.ndim]
    lengths = {g.variable: len(g.array) for g in parts if g.array is not None}
    if len(set(lengths.values())) < 2:
        return []
    told = ", ".join(f"{name} {length}" for name, length in lengths.items())
    first, *others = lengths
    other = next(name for name in others if lengths[name] != lengths[first])
    long, short = (first, other) if lengths[first] > lengths[other] else (other, first)
    return [
        Problem(
            "data-cardinality-is-ambiguous",
            "raises",
            "x and y do not have the same number of samples",
            f"one row of {other} per sample of {first}",
            f"rows: {told}",
            "Axis 0 is batch in every array. Windows are fewer than rows: cut the labels as the windows were cut.",
            f"{long} = {long}[-len({short}):]  # or [:len({short})]: which rows belong together is yours to know",
        )
    ]


def _unbatched(subject: Subject) -> Problem:
    shapes = [g.array.shape[1:] for g in subject.inputs if g.array is not None]
    return Problem(
        "dataset-without-batches",
        "wrong"
        if all(shape[-1:] == (1,) for shape in shapes)
        else "raises",  # Keras adds a last axis of size 1
        "The dataset yields single samples, not batches",
        ", ".join(say_x((None, *shape)) for shape in shapes),
        "elements of shape " + ", ".join(map(str, shapes)),
        "Keras takes axis 0 of every element for batch: each timestep becomes a sample of its own.",
        "dataset = dataset.batch(32)",
    )


def _is_list_of_arrays(given: Given) -> bool:
    return (
        is_plain(given.value)
        and bool(len(given.value))
        and all(getattr(v, "ndim", 0) for v in given.value)
    )


def _list_of_samples(subject: Subject, given: Given) -> Problem:
    first, name = given.value[0].shape, given.variable
    lengths = {len(v) for v in given.value} | {
        len(g.array) for g in subject.labels if g.array is not None
    }
    return Problem(
        "wrong-number-of-inputs",
        "wrong" if len(lengths) == 1 else "raises",
        f"{name} is a list of {len(given.value)} arrays, the model has one input",
        "one array, with the axis batch in front",
        f"a list of {len(given.value)} arrays {first}",
        "Keras reads a list as several inputs: it takes the first array for the whole batch, and only warns.",
        f"{name} = np.stack({name})",
    )


def _no_array(given: Given) -> Problem:
    name = given.variable
    text = "str" in given.problem or "<U" in given.problem
    if text:
        fix = f"{name} = keras.layers.TextVectorization(...)  # text to ids; adapt it first"
        return Problem(
            "invalid-dtype-str",
            "raises",
            f"{name} holds text",
            "numbers",
            given.problem,
            _STOPS,
            fix,
        )
    return Problem(
        "invalid-dtype-object",
        "raises",
        f"{name} is no array of numbers",
        "one array of numbers, all rows equally long",
        given.problem,
        "Sequences of different lengths become one array when they are padded; a Masking layer then skips the padding.",
        f'{name} = keras.utils.pad_sequences({name}, dtype="float32", padding="post")',
    )


def _plain_list(given: Given) -> Problem:
    return Problem(
        "unrecognized-data-type",
        "raises",
        f"{given.variable} is a list of numbers",
        "a NumPy array",
        type(given.value).__name__,
        "fit and predict read a list as several inputs, one array each.",
        f"{given.variable} = np.asarray({given.variable})",
    )


def _empty(subject: Subject, given: Given) -> Problem:
    assert given.array is not None
    return Problem(
        "no-samples",
        "wrong" if subject.labels else "raises",  # fit returns at once, predict stops
        f"{given.variable} holds nothing",
        "at least one sample",
        say_x(given.array.shape) if given.array.ndim else "a single number",
        "There is nothing to run; look at how it was cut or filtered.",
        f"print(np.shape({given.variable}))  # before each cut",
    )


def _stopped(subject: Subject) -> Problem:
    """Return the problem that Keras tells of and nothing here explains."""
    error = subject.error
    found = explain(error) if error is not None else explain("")
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line).strip() for line in str(error).splitlines()]
    told = [
        line
        for line in lines
        if line and not line.startswith(("Exception encountered", "Graph execution", "Arg"))
    ]
    fix = found.causes[0].fix if found.causes else "read the error of model.predict(x)"
    shapes = ", ".join(say_x(np.shape(g.array)) for g in subject.inputs if g.array is not None)
    return Problem(
        found.mistake.name if found.mistake else "exception-encountered-when-calling",
        "raises",
        found.mistake.title if found.mistake else "The model does not run on x",
        "a batch that the model runs on",
        shapes,
        (told or [type(error).__name__])[0],
        fix,
    )
