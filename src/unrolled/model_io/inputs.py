"""Read the arrays that a model is to run on, with all that is wrong with them. Knows no Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.model_io.arrays import ArrayArgument, read_array
from unrolled.model_io.findings import Finding
from unrolled.model_io.input_ids import find_fractions, find_wrong_ids
from unrolled.model_io.input_kinds import judge_emptiness, judge_kind
from unrolled.model_io.input_shapes import find_in_shape
from unrolled.model_io.input_structure import (
    find_misplaced_keys,
    judge_structure,
)
from unrolled.model_io.matching import find_absent, match_inputs
from unrolled.model_io.nested import Path, spell
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array


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
    findings = find_misplaced_keys(io, x)
    matched = match_inputs(io, x)
    arguments: tuple[ArrayArgument, ...] = ()
    if matched is not None:
        absent = find_absent(io, matched)
        arguments = tuple(_read_matched(io, matched, absent))
    if matched is None or not arguments:
        findings.append(judge_structure(io, x))
        return GivenInputs(findings=tuple(findings))
    for argument in arguments:
        findings += _find_in_one(io, argument)
    title = "The inputs do not have the same number of samples"
    findings += compare_lengths(arguments, title)
    return GivenInputs(
        arguments=arguments, absent=frozenset(absent), findings=tuple(findings)
    )


def _read_matched(
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


def _find_in_one(io: ModelIO, argument: ArrayArgument) -> Iterator[Finding]:
    """Yield what is wrong with one array.

    Its kind, its shape, its ids; each tells of the next only where it is right.
    """
    array, spec = argument.array, argument.spec
    if array is None:
        yield judge_kind(argument)
        return
    if array.size == 0 or array.ndim == 0:
        yield judge_emptiness(io, argument, array)
        return
    if spec is None:
        return
    yield from find_fractions(argument, spec, array)
    in_shape = find_in_shape(io, argument, spec, array)
    if in_shape is not None:
        yield in_shape
        if in_shape.stops:
            return
    yield from find_wrong_ids(argument, array)


def compare_lengths(
    arguments: Sequence[ArrayArgument], title: str
) -> Iterator[Finding]:
    """Yield the finding of arrays with different numbers of samples."""
    lengths: dict[str, int] = {}
    for argument in arguments:
        array = argument.array
        if array is not None and array.ndim > 0:
            lengths[argument.variable] = len(array)
    if len(set(lengths.values())) < 2:
        return
    first = next(iter(lengths))
    other = next(name for name in lengths if lengths[name] != lengths[first])
    long, short = first, other
    if lengths[first] < lengths[other]:
        long, short = other, first
    rows = [f"{name} {length}" for name, length in lengths.items()]
    yield Finding(
        code="data-cardinality-is-ambiguous",
        title=title,
        expected=f"the same number of samples: one row of {other} per sample of {first}",
        came=f"rows: {', '.join(rows)}",
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
    if batch_size is not None:
        _check_batch_size(batch_size)
    if fixed is not None:
        _check_fixed_batch(io, fixed, samples, batch_size)
    size = fixed or batch_size or samples
    for start in range(0, samples, size):
        yield [array[start : start + size] for array in arrays]


def _check_batch_size(size: Any) -> None:
    is_whole = isinstance(size, (int, np.integer))
    if isinstance(size, bool) or not is_whole or size < 1:
        raise ValueError(
            f"Expected batch_size to be a whole number of at least 1, got {size!r}. Fix: "
            "batch_size=32."
        )


def _check_fixed_batch(
    io: ModelIO, fixed: int, samples: int, batch_size: int | None
) -> None:
    """Raise ValueError for batches of another size than the one that a model was built for."""
    if batch_size not in (None, fixed):
        raise ValueError(
            f"Expected batch_size={fixed}: {io.called} was built for batches of {fixed}; got "
            f"{batch_size}. Fix: leave batch_size out, or build the model with "
            f"keras.Input(batch_shape=({batch_size}, ...))."
        )
    rest = samples % fixed
    if rest > 0:
        whole = max(fixed, samples - rest)
        raise ValueError(
            f"Expected a multiple of {fixed} samples: {io.called} was built for batches of "
            f"{fixed}; got {samples}. Fix: pass {whole} samples (x[:{whole}]), "
            f"or build the model with keras.Input(batch_shape=({samples}, ...))."
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
            "so none can be made up; got None. Fix: pass a few of your samples."
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
