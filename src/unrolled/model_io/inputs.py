"""Read the arrays that a model is to run on, with all that is wrong with them. Knows no Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
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
from unrolled.model_io.matching import match_inputs
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
        arrays: list[Array] = []
        for argument in self.arguments:
            array = argument.array
            if array is not None:
                arrays.append(array)
        return arrays

    def require(self) -> list[Array]:
        """Return the arrays; raise the first finding that stops, as TypeError or ValueError."""
        for finding in self.findings:
            # what Keras reads otherwise than it was meant only check tells
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
    arguments, absent = _read_matched(io, matched)
    # where nothing is matched, only x as a whole can be told
    if not arguments:
        findings.append(judge_structure(io, x))
        return GivenInputs(findings=tuple(findings))
    for argument in arguments:
        findings += _find_in_one(io, argument)
    title = "The inputs do not have the same number of samples"
    findings += compare_lengths(arguments, title)
    return GivenInputs(
        arguments=tuple(arguments),
        absent=frozenset(absent),
        findings=tuple(findings),
    )


def _read_matched(
    io: ModelIO, matched: Sequence[tuple[Path, Any]]
) -> tuple[list[ArrayArgument], set[int]]:
    """Return the arrays that were given, and the numbers of the inputs that are left out."""
    # a subclassed model does not say what it takes: an input of it has no name, and may be left out
    specs = io.inputs or (None,) * len(matched)
    arguments: list[ArrayArgument] = []
    absent: set[int] = set()
    # nothing is matched where x does not have an array for each input
    pairs = zip(matched, specs, strict=False)
    for number, ((path, value), spec) in enumerate(pairs):
        is_optional = getattr(spec, "optional", True)
        if value is None and is_optional:
            absent.add(number)
            continue
        variable = spell("x", path)
        name = getattr(spec, "name", variable)
        argument = read_array(name, value, variable, spec)
        arguments.append(argument)
    return arguments, absent


def _find_in_one(io: ModelIO, argument: ArrayArgument) -> Iterator[Finding]:
    """Yield what is wrong with one array.

    Its kind, its shape, its ids; each tells of the next only where it is right.
    """
    array = argument.array
    spec = argument.spec
    if array is None:
        yield judge_kind(argument)
        return
    # of what holds nothing no shape and no id is wrong
    is_number = array.ndim == 0
    if is_number or array.size == 0:
        yield judge_emptiness(io, argument, array)
        return
    # a subclassed model does not say which shapes it takes
    if spec is None:
        return
    yield from find_fractions(argument, spec, array)
    in_shape = find_in_shape(io, argument, spec, array)
    if in_shape is not None:
        yield in_shape
        # where Keras stops, it looks no id up
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
        # what is no array of samples has a finding of its own
        if array is not None and array.ndim > 0:
            lengths[argument.variable] = len(array)
    different = set(lengths.values())
    if len(different) < 2:
        return
    first, *names = lengths
    # the others may have the length of the first one: it is told of one that has not
    others = [name for name in names if lengths[name] != lengths[first]]
    other = others[0]
    short, long = sorted((first, other), key=lengths.__getitem__)
    rows = ", ".join(starmap("{} {}".format, lengths.items()))
    yield Finding(
        code="data-cardinality-is-ambiguous",
        title=title,
        expected=f"the same number of samples: one row of {other} per sample of {first}",
        came=f"rows: {rows}",
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
    samples = len(arrays[0])
    # without a size all samples are one batch
    size = samples
    if batch_size is not None:
        _check_batch_size(batch_size)
        size = batch_size
    fixed = io.fixed_batch
    if fixed is not None:
        _check_fixed_batch(io, fixed, samples, batch_size)
        size = fixed
    # the last batch may be smaller
    for start in range(0, samples, size):
        stop = start + size
        yield [array[start:stop] for array in arrays]


def _check_batch_size(size: Any) -> None:
    # to Python True is the number 1, but nobody means it as one
    is_bool = isinstance(size, bool)
    is_whole = isinstance(size, (int, np.integer)) and not is_bool
    if not is_whole or size < 1:
        raise ValueError(
            f"Expected batch_size to be a whole number of at least 1, got {size!r}. Fix: "
            "batch_size=32."
        )


def _check_fixed_batch(
    io: ModelIO, fixed: int, samples: int, batch_size: int | None
) -> None:
    """Raise ValueError for batches of another size than the one that a model was built for."""
    built = f"{io.called} was built for batches of {fixed}"
    # the states of a stateful layer have this size
    if batch_size not in (None, fixed):
        raise ValueError(
            f"Expected batch_size={fixed}: {built}; got {batch_size}. "
            "Fix: leave batch_size out, or build the model with "
            f"keras.Input(batch_shape=({batch_size}, ...))."
        )
    rest = samples % fixed
    if rest > 0:
        # too few samples for one batch cannot be cut to fewer
        whole = max(fixed, samples - rest)
        raise ValueError(
            f"Expected a multiple of {fixed} samples: {built}; got {samples}. "
            f"Fix: pass {whole} samples (x[:{whole}]), "
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
    # always the same, so that a picture is the same each time
    rng = np.random.default_rng(0)
    batch = io.fixed_batch or samples
    arrays: list[Array] = []
    for spec in io.inputs:
        sizes = [batch]
        for size in spec.shape[1:]:
            # an axis that takes any size is that of time, as a rule
            if size is None:
                size = timesteps
            sizes.append(size)
        takes_whole = spec.dtype.startswith(("int", "uint"))
        if spec.dtype == "string":
            array = np.full(sizes, "some words")
        elif spec.ids is not None or takes_whole:
            # an Embedding that is not seen from here has the ids 0 and 1 at least
            count = spec.ids or 2
            ids = rng.integers(0, count, sizes)
            array = ids.astype("int32")
        else:
            values = rng.uniform(-1, 1, sizes)
            array = values.astype("float32")
        arrays.append(array)
    return arrays
