"""What is found in the masks that are made in the run.

Skipped steps, padding in front, masks that never act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem
from unrolled.model_io.arrays import ArrayArgument
from unrolled.traces.calls import LayerCall
from unrolled.traces.cells import Array

ORDER = 2


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with padding in the batch that was run."""
    for call in case.trace.calls if case.trace else ():
        mask = call.output_mask
        if call.facts.mask != "makes" or mask is None:
            continue
        if mask.ndim == 2 and call.mask is None:
            yield from _padding(case, call, mask)
        if (
            call.layer_class == "Masking"
            and mask.all()
            and call.inputs[0].ndim == 3
        ):
            yield from _never_met(case, call)


def argument_of(case: Case, call: LayerCall) -> ArrayArgument | None:
    """Return the array of x that a call reads, by way of other layers or at once.

    None where it reads several.
    """
    assert case.trace is not None
    entries = {id(entry): k for k, entry in enumerate(case.trace.inputs)}
    found: set[int] = set()
    waiting: list[Any] = [call]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if id(current) in entries:
            found.add(entries[id(current)])
        waiting += [*current.sources]
    if len(found) != 1:
        return None
    number = found.pop()
    return case.inputs[number] if number < len(case.inputs) else None


def _reads_directly(
    case: Case, call: LayerCall, argument: ArrayArgument
) -> bool:
    """Tell whether a call reads an array of x as it was given."""
    read, given = call.inputs[0], argument.array
    if given is None or given.shape[1:] != read.shape[1:]:
        return False
    return bool(np.array_equal(given[: len(read)].astype(read.dtype), read))


def _padding(case: Case, call: LayerCall, mask: Array) -> Iterator[Problem]:
    """Yield what the first mask of the model says of the rows."""
    empty = ~mask.any(axis=1)
    if empty.any():
        yield _all_padding(case, call, mask, int(empty.sum()))
    rows = mask[~empty]
    if not len(rows):
        return
    first, last = (
        rows.argmax(axis=1),
        mask.shape[1] - 1 - rows[:, ::-1].argmax(axis=1),
    )
    in_front = int((first > 0).sum())
    if in_front:
        yield _in_front(case, call, mask, in_front)
    inner = int((rows.sum(axis=1) < last - first + 1).sum())
    if inner:
        yield _inside(case, call, mask, inner)


def _masked_words(call: LayerCall) -> str:
    if call.layer_class == "Masking":
        return f"all features of a step equal to {_mask_value(call):g}"
    return "the id 0"


def _mask_value(call: LayerCall) -> float:
    return float(call.config.get("mask_value", 0.0) or 0.0)


def _all_padding(
    case: Case, call: LayerCall, mask: Array, count: int
) -> Problem:
    argument = argument_of(case, call)
    fix, is_example = (
        "# leave out the samples that are all padding, in x and in y",
        True,
    )
    if argument is not None:
        name, value = argument.variable, _mask_value(call)
        keep = (
            f"keep = ({name} != {value:g}).reshape(len({name}), -1).any(axis=1)"
        )
        fix, is_example = "\n".join([keep, *keep_lines(case)]), False
    return Problem(
        mistake="all-padding-row",
        level="doubt",
        title="A sample is all padding",
        expected=f"at least one step of {mask.shape[1]} that is not masked",
        came=f"{count} of {len(mask)} samples are masked at every step ({_masked_words(call)})",
        why=(
            "A recurrent layer returns its initial state for it; on a GPU TensorFlow stops at "
            "such a row."
        ),
        fix=fix,
        fix_is_example=is_example,
    )


def keep_lines(case: Case) -> list[str]:
    """Return the lines that keep the same rows of every array: those where ``keep`` is True."""
    return [f"{name} = {name}[keep]" for name in case.variables]


def _in_front(case: Case, call: LayerCall, mask: Array, count: int) -> Problem:
    argument = argument_of(case, call)
    fix, is_example = (
        '# pad behind the sequences: keras.utils.pad_sequences(rows, padding="post")',
        True,
    )
    if argument is not None and _reads_directly(case, call, argument):
        name, value = argument.variable, _mask_value(call)
        real = (
            f"np.any(row != {value:g}, axis=-1)"
            if call.inputs[0].ndim == 3
            else f"row != {value:g}"
        )
        fix = f"{name} = np.stack([np.roll(row, -np.argmax({real}), axis=0) for row in {name}])"
        is_example = False
    return Problem(
        mistake="padding-in-front",
        level="doubt",
        title="The padding stands in front",
        expected=f"padding after the last step: {_masked_words(call)}",
        came=f"{count} of {len(mask)} samples begin with masked steps",
        why=(
            "Right on a CPU. On a GPU TensorFlow's fast kernel takes padding at the end only, and "
            "stops."
        ),
        fix=fix,
        fix_is_example=is_example,
    )


def _inside(case: Case, call: LayerCall, mask: Array, count: int) -> Problem:
    argument = argument_of(case, call)
    name = "x" if argument is None else argument.variable
    fix = f"{name} = {name} + 1  # keep the id 0 for padding, and give the Embedding one id more"
    if call.layer_class == "Masking":
        fix = (
            "keras.layers.Masking(mask_value=-10.0)  # a value that no measurement has; pad with "
            "the same"
        )
    return Problem(
        mistake="real-step-is-masked",
        level="doubt",
        title="Steps inside a sequence are masked",
        expected=f"masked steps at the end only: {_masked_words(call)}",
        came=f"{count} of {len(mask)} samples have masked steps between others",
        why=(
            "A measurement that happens to equal the mask value is skipped, as if that moment had "
            "not been."
        ),
        fix=fix,
        fix_is_example=True,
    )


def _never_met(case: Case, call: LayerCall) -> Iterator[Problem]:
    """Yield where a Masking masks nothing although the ends of the rows look like padding."""
    x, value = call.inputs[0], _mask_value(call)
    if x.shape[1] < 3:
        return
    ends = np.flatnonzero(np.all(x[:, -1] == x[:, -2], axis=-1))
    padded = x[ends, -1]
    if (
        len(padded) < 2
        or not np.all(padded == padded[0])
        or bool(np.all(x == x[:, :1]))
    ):
        return
    found = _say_values(padded[0])
    fix, is_example = (
        f"keras.layers.Masking(mask_value={padded[0][0]:g})  # in the model",
        True,
    )
    argument = argument_of(case, call)
    if argument is not None and _reads_directly(case, call, argument):
        name = argument.variable
        same = f"np.all({name} == {name}[{ends[0]}, -1], axis=-1)"
        fix, is_example = (
            f"{name}[{same}] = {value:g}  # pad after scaling, not before",
            False,
        )
    yield Problem(
        mistake="mask-value-never-met",
        level="wrong",
        title="The Masking layer masks nothing, although rows end in the same value",
        expected=f"steps whose features all equal {value:g}",
        came=f"{len(padded)} of {len(x)} samples end in steps of {found}, none equals {value:g}",
        why=(
            "Scaling the padded array moves the padding away from the mask value, and the model "
            "reads it as data."
        ),
        fix=fix,
        fix_is_example=is_example,
    )


def _say_values(values: Sequence[float] | Array) -> str:
    if all(v == values[0] for v in values):
        return f"{values[0]:g}"
    return "[" + ", ".join(f"{v:g}" for v in values) + "]"
