"""Read the arrays that a model is to run on, with all that is wrong with them. Knows no Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.model_io.arrays import (
    ArrayArgument,
    count_arrays,
    read_array,
    say_keys,
)
from unrolled.model_io.findings import Finding
from unrolled.model_io.input_shapes import find_in_shape
from unrolled.model_io.matching import find_absent, find_misplaced, match_inputs
from unrolled.model_io.nested import Path, leaves, spell
from unrolled.model_io.shape_words import say_x
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array

_STOPS = "Keras stops."


@dataclass(frozen=True, kw_only=True)
class GivenInputs:
    """The arrays of x, one for each input of the model.

    Attributes
    ----------
    arguments : tuple of ArrayArgument
        In the model's order, without those left out; empty where x does not have an array for each
        input.
    absent : frozenset of int
        The numbers of the inputs that are left out.
    findings : tuple of Finding
        What does not fit, in the order in which it is to be mended.
    """

    arguments: tuple[ArrayArgument, ...] = ()
    absent: frozenset[int] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def arrays(self) -> list[Array]:
        """Those that are arrays of numbers."""
        return [a.array for a in self.arguments if a.array is not None]

    def require(self) -> list[Array]:
        """Return the arrays; raise the first finding that stops, as TypeError or ValueError."""
        for finding in self.findings:
            if finding.stops:
                raise finding.error()
        return self.arrays


def read_x(io: ModelIO, x: Any) -> GivenInputs:
    """Return the arrays of ``x``, as ``model.predict`` takes it, with all that is wrong with them.

    x: an array, or lists, tuples and dicts of arrays, each with the axis batch first. Tensors and
    data frames are read as arrays. An optional input that is None is left out.
    """
    misplaced = tuple(_misplaced(io, x))
    matched = match_inputs(io, x)
    if matched is None:
        return GivenInputs(findings=(*misplaced, _wrong_structure(io, x)))
    absent = find_absent(io, matched)
    arguments = tuple(_arguments(io, matched, absent))
    if not arguments:
        return GivenInputs(findings=(*misplaced, _wrong_structure(io, x)))
    findings = [*misplaced]
    for argument in arguments:
        findings += _in_one(io, argument)
    findings += _lengths(arguments)
    return GivenInputs(
        arguments=arguments, absent=frozenset(absent), findings=tuple(findings)
    )


def _arguments(
    io: ModelIO, matched: Sequence[tuple[Path, Any]], absent: set[int]
) -> Iterator[ArrayArgument]:
    for number, (path, value) in enumerate(matched):
        if number in absent:
            continue
        variable = spell("x", path)
        if io.inputs:
            spec = io.inputs[number]
            yield read_array(spec.name, value, variable, spec)
        else:
            yield read_array(variable, value, variable)


def _misplaced(io: ModelIO, x: Any) -> Iterator[Finding]:
    pairs = find_misplaced(io, x)
    if pairs:
        yield Finding(
            code="a-key-too-many-in-x",
            title=(
                "x has a key that the model does not know, so that inputs read the arrays of others"
            ),
            expected=say_keys(io.keys),
            came="; ".join(
                f"x[{key!r}] for the input {wanted!r}" for wanted, key in pairs
            ),
            why=(
                "Keras sorts the keys, takes the arrays in this order for the inputs, and only "
                "warns."
            ),
            fix=f"x = {{key: x[key] for key in {io.keys}}}",
        )


def _wrong_structure(io: ModelIO, x: Any) -> Finding:
    came = count_arrays(x)
    if came.keys is not None and io.inputs:
        missing = [repr(key) for key in io.keys if key not in came.keys]
        return Finding(
            code="missing-data-for-input",
            title="The keys of x are not those of the inputs",
            expected=say_keys(io.keys),
            of=io.called,
            came=came.words
            + (f", without {', '.join(missing)}" if missing else ""),
            why="Keras looks each input up by its key.",
            fix=f"x = {io.spell_inputs(keyed=True)}",
            fix_is_example=True,
        )
    stack = len(io.inputs) == 1
    nothing = all(value is None for value in leaves(x))
    return Finding(
        code="wrong-number-of-inputs",
        title="x does not have the parts that the model takes",
        expected=_say_arrays(io.names),
        of=io.called,
        came="None" if nothing else came.words,
        why=(
            "A list of arrays means several inputs, in their order; one input of many samples is "
            "a single array."
        ),
        fix="x = np.stack(x)" if stack else f"x = {io.spell_inputs()}",
        fix_is_example=not stack,
    )


def _say_arrays(names: Sequence[str]) -> str:
    if not names:
        return "an array"
    return f"{len(names)} array{'s' * (len(names) != 1)}: {', '.join(names)}"


def _in_one(io: ModelIO, argument: ArrayArgument) -> Iterator[Finding]:
    """Yield what is wrong with one array.

    Its kind, its shape, its ids; each tells of the next only where it is right.
    """
    if argument.array is None:
        yield _not_numbers(argument)
        return
    if argument.array.ndim == 0 or not argument.array.size:
        yield _empty(io, argument, argument.array)
        return
    if argument.spec is None:
        return
    yield from _fractions(argument, argument.array)
    in_shape = find_in_shape(io, argument, argument.array)
    if in_shape is not None:
        yield in_shape
    if in_shape is None or not in_shape.stops:
        yield from _ids(argument, argument.array)


def _not_numbers(argument: ArrayArgument) -> Finding:
    name, input_name = argument.variable, f"the input {argument.name!r}"
    if argument.problem.startswith("a "):
        return Finding(
            code="invalid-dtype-object",
            title=f"{name} cannot be read twice",
            expected="an array",
            of=input_name,
            came=argument.problem,
            why="fit takes a generator; here its first batch would be gone.",
            fix=f"{name} = next(generator)[0]  # the x of one of its batches",
            fix_is_example=True,
            is_type=True,
        )
    if argument.spec is not None and argument.spec.dtype == "string":
        return Finding(
            code="invalid-dtype-object",
            title=f"{name} does not hold text",
            expected="text (dtype string)",
            of=input_name,
            came=argument.problem,
            why=_STOPS,
            fix=f"{name} = np.asarray({name}).astype(str)",
            is_type=True,
        )
    if argument.is_text:
        return Finding(
            code="invalid-dtype-str",
            title=f"{name} holds text",
            expected="numbers",
            of=input_name,
            came=argument.problem,
            why=_STOPS,
            fix=(
                f"vectorize = keras.layers.TextVectorization(); vectorize.adapt({name}); "
                f"{name} = np.asarray(vectorize({name}))  # text to ids"
            ),
            fix_is_example=True,
            is_type=True,
        )
    return _not_one_array(argument, input_name)


def _not_one_array(argument: ArrayArgument, input_name: str) -> Finding:
    name = argument.variable
    rows = "rows" in argument.problem
    pad = f'{name} = keras.utils.pad_sequences({name}, dtype="float32", padding="post")'
    return Finding(
        code="invalid-dtype-object",
        title=f"{name} is not an array of numbers",
        expected="one array of numbers, all rows equally long",
        of=input_name,
        came=argument.problem,
        why=(
            "Sequences of different lengths become one array when they are padded; a Masking "
            "layer then skips the "
            "padding."
        ),
        fix=pad if rows else f'{name} = np.asarray({name}, dtype="float32")',
        fix_is_example=not rows,
        is_type=True,
    )


def _empty(io: ModelIO, argument: ArrayArgument, array: Array) -> Finding:
    title, expected, came = (
        f"{argument.variable} holds nothing",
        "at least one sample",
        "",
    )
    if not array.ndim:
        title, came = (
            f"{argument.variable} is a single number",
            "a single number",
        )
    else:
        shape = f"shape {array.shape}, {say_x(array.shape, argument.ids is not None)}"
        came = f"an empty batch: {shape}"
        if len(array):
            expected, came = (
                "at least one value in each sample",
                f"an axis of size 0: {shape}",
            )
    return Finding(
        code="no-samples",
        title=title,
        expected=expected,
        of=io.called,
        came=came,
        why="There is nothing to run; look at how it was cut or filtered.",
        fix=f"print(np.shape({argument.variable}))  # after each line that cuts or filters it",
        fix_is_example=True,
    )


def _fractions(argument: ArrayArgument, array: Array) -> Iterator[Finding]:
    spec = argument.spec
    if (
        spec is None
        or not spec.dtype.startswith(("int", "uint"))
        or array.dtype.kind != "f"
    ):
        return
    if np.all(array == np.round(array)):
        return
    yield Finding(
        code="ids-with-fractions",
        title=f"{argument.variable} has fractions",
        expected=f"whole numbers ({spec.dtype})",
        of=f"the input {spec.name!r}",
        came=f"{array.dtype} with fractions",
        why="This input takes ids. Keras cuts the fraction off: 0.9 becomes the id 0.",
        fix="keras.Input((None, 1))  # for numbers, without an Embedding; or give ids",
        fix_is_example=True,
        is_type=True,
    )


def _ids(argument: ArrayArgument, array: Array) -> Iterator[Finding]:
    count = argument.ids
    if count is None or array.dtype.kind not in "fiub":
        return
    name = argument.variable
    expected = f"ids from 0 to {count - 1} (an Embedding of {count})"
    of = f"the input {argument.name!r}"
    if not np.isfinite(array).all():
        yield Finding(
            code="nan-or-infinity",
            title=f"{name} holds NaN or infinity",
            expected=expected,
            of=of,
            came="NaN or infinity",
            why="The Embedding has no row for it.",
            fix=f"{name} = np.nan_to_num({name})  # where the id 0 stands for what is missing",
            fix_is_example=True,
        )
        return
    low, high = array.min(), array.max()
    if high >= count:
        yield Finding(
            code="indices-is-not-in",
            title="An id is too large",
            expected=expected,
            of=of,
            came=f"{low:g} to {high:g}",
            why=(
                "The Embedding has no row for it. On a CPU TensorFlow stops, on a GPU and in "
                "other backends it need not."
            ),
            fix=(
                f"keras.layers.Embedding({int(high) + 1}, 8)  # where the model is built: the "
                "largest id + 1, and as many units as before"
            ),
            fix_is_example=True,
        )
    if low < 0:
        moved = max(count, int(high - low) + 1)
        fits = moved == count
        yield Finding(
            code="negative-id",
            title="An id is negative",
            expected=expected,
            of=of,
            came=f"{low:g} to {high:g}",
            why=(
                "TensorFlow on a CPU counts a negative id from the end: -1 is the last row of the "
                "table."
            ),
            fix=f"{name} = {name} + {-int(low)}"
            + ("" if fits else f"  # and Embedding({moved}) in the model"),
            fix_is_example=not fits,
        )


def _lengths(arguments: Sequence[ArrayArgument]) -> Iterator[Finding]:
    """Yield the finding of inputs with different numbers of samples."""
    yield from compare_lengths(
        arguments, "The inputs do not have the same number of samples"
    )


def compare_lengths(
    arguments: Sequence[ArrayArgument], title: str
) -> Iterator[Finding]:
    """Yield the finding of arrays with different numbers of samples."""
    lengths = {
        a.variable: len(a.array)
        for a in arguments
        if a.array is not None and a.array.ndim
    }
    if len(set(lengths.values())) < 2:
        return
    first, *others = lengths
    other = next(name for name in others if lengths[name] != lengths[first])
    long, short = (
        (first, other) if lengths[first] > lengths[other] else (other, first)
    )
    yield Finding(
        code="data-cardinality-is-ambiguous",
        title=title,
        expected=f"the same number of samples: one row of {other} per sample of {first}",
        came=f"rows: {', '.join(f'{name} {length}' for name, length in lengths.items())}",
        why=(
            "Axis 0 is batch in every array. Windows are fewer than rows: cut the labels as the "
            "windows were cut."
        ),
        fix=(
            f"{long} = {long}[-len({short}):]  # or [:len({short})]: which rows belong together "
            "is yours to know"
        ),
    )


def cut_batches(
    io: ModelIO, arrays: Sequence[Array], batch_size: int | None
) -> Iterator[list[Array]]:
    """Yield the batches to run, in order; a stateful model takes batches of its own size.

    Raises ValueError where batch_size or the number of samples does not fit.
    """
    samples, fixed = len(arrays[0]), io.fixed_batch
    _check_batch_size(batch_size)
    if fixed and batch_size not in (None, fixed):
        raise ValueError(
            f"Expected batch_size={fixed}: {io.called} was built for batches of {fixed}; got "
            f"{batch_size}. "
            "Fix: leave batch_size out, or build the model with "
            f"keras.Input(batch_shape=({batch_size}, ...))."
        )
    if fixed and samples % fixed:
        whole = samples - samples % fixed or fixed
        raise ValueError(
            f"Expected a multiple of {fixed} samples: {io.called} was built for batches of "
            f"{fixed}; got "
            f"{samples}. Fix: pass {whole} samples (x[:{whole}]), "
            f"or build the model with keras.Input(batch_shape=({samples}, ...))."
        )
    size = fixed or batch_size or samples
    for start in range(0, samples, size):
        yield [a[start : start + size] for a in arrays]


def _check_batch_size(size: Any) -> None:
    if size is None:
        return
    whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
    if not whole or size < 1:
        raise ValueError(
            f"Expected batch_size to be a whole number of at least 1, got {size!r}. Fix: "
            "batch_size=32."
        )


def make_up_inputs(
    io: ModelIO, samples: int = 3, timesteps: int = 5
) -> list[Array]:
    """Return small seeded arrays that fit the model.

    Floats in -1..1, or ids that its Embedding has.
    """
    if not io.inputs:
        raise ValueError(
            f"Expected x: {io.called} does not say the shape of its inputs (a subclassed model), "
            "so none "
            "can be made up; got None. Fix: pass a few of your samples."
        )
    rng = np.random.default_rng(0)
    arrays: list[Array] = []
    for spec in io.inputs:
        free = (timesteps if n is None else n for n in spec.shape[1:])
        sizes = (io.fixed_batch or samples, *free)
        if spec.dtype == "string":
            arrays.append(np.full(sizes, "some words"))
        elif spec.ids is not None or spec.dtype.startswith(("int", "uint")):
            arrays.append(rng.integers(0, spec.ids or 2, sizes).astype("int32"))
        else:
            arrays.append(rng.uniform(-1, 1, sizes).astype("float32"))
    return arrays
