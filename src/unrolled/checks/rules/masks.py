"""What is found in the masks that are made in the run.

Skipped steps, padding in front, masks that never act.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_layer
from unrolled.checks.reports import Problem
from unrolled.model_io.arrays import ArrayArgument
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall

ORDER = 2
_TEXT = "OSUT"  # the kinds of dtypes that hold text


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with padding in the batch that was run."""
    for call in case.calls:
        mask = call.output_mask
        if call.facts.mask != "makes" or mask is None:
            continue
        # of a second mask on the way the same would be said again
        is_first = call.mask is None
        if is_first and mask.ndim == 2:
            yield from _padding(case, call, mask)
        is_sequence = call.inputs[0].ndim == 3
        if call.layer_class == "Masking" and is_sequence and mask.all():
            yield from _never_met(case, call)


def argument_of(case: Case, call: LayerCall) -> ArrayArgument | None:
    """Return the array of x that a call reads, by way of other layers or at once.

    None where it reads several, or text.
    """
    waiting = [call]
    seen: set[LayerCall] = set()
    while waiting:
        current = waiting.pop()
        seen.add(current)
        below = set(filter(None, current.sources))
        waiting += below - seen
    entries = getattr(case.trace, "inputs", ())
    found = [k for k, entry in enumerate(entries) if entry in seen]
    if len(found) != 1 or found[0] >= len(case.inputs):
        return None
    argument = case.inputs[found[0]]
    # which number a word becomes is up to the layers in between
    if np.asarray(argument.array).dtype.kind in _TEXT:
        return None
    return argument


def read_argument(case: Case, call: LayerCall) -> ArrayArgument | None:
    """Return the array of x that a call reads as it was given; None where it reads another."""
    argument = argument_of(case, call)
    if argument is None or argument.array is None:
        return None
    read = call.inputs[0]
    given = argument.array[: len(read)]
    if given.shape != read.shape:
        return None
    # Keras casts x to the dtype of the input
    if np.array_equal(given.astype(read.dtype), read):
        return argument
    return None


def _padding(case: Case, call: LayerCall, mask: Array) -> Iterator[Problem]:
    """Yield what the first mask of the model says of the rows."""
    has_steps = mask.any(axis=1)
    if not has_steps.all():
        yield _all_padding(case, call, mask)
    rows = mask[has_steps]
    # argmax finds the first step that is not masked, and from behind the last one
    first = rows.argmax(axis=1)
    behind = rows[:, ::-1].argmax(axis=1)
    in_front = int(np.count_nonzero(first))
    if in_front > 0:
        yield _in_front(case, call, in_front)
    length = mask.shape[1] - behind - first
    has_gap = rows.sum(axis=1) < length
    inside = int(np.count_nonzero(has_gap))
    if inside > 0:
        yield _inside(case, call, inside, may_be_in_front=in_front > 0)


def _masked_words(call: LayerCall) -> str:
    """Return in words which steps a layer masks."""
    if call.layer_class == "Masking":
        return f"all features of a step equal to {_mask_value(call):g}"
    return "the id 0"


def _mask_value(call: LayerCall) -> float:
    """Return what a layer masks: the value of a Masking, or the id 0 of an Embedding."""
    return float(call.config.get("mask_value", 0.0))


def _real_steps(call: LayerCall, name: str) -> str:
    """Return how one writes which steps of an array are not masked."""
    real = f"{name} != {_mask_value(call):g}"
    # a step is masked where all its features are
    if call.inputs[0].ndim > 2:
        real = f"np.any({real}, axis=-1)"
    return real


def _all_padding(case: Case, call: LayerCall, mask: Array) -> Problem:
    """Return the doubt where samples are masked at every step."""
    count = np.count_nonzero(~mask.any(axis=1))
    fix = Fix(
        "# leave out the samples that are all padding, in x and in y", True
    )
    # a layer in between makes no masked step of a real one, as a rule
    argument = argument_of(case, call)
    if argument is not None:
        name = argument.variable
        real = f"({name} != {_mask_value(call):g})"
        keep = f"keep = {real}.reshape(len({name}), -1).any(axis=1)"
        fix = Fix("\n".join([keep, *keep_lines(case)]))
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
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def keep_lines(case: Case) -> list[str]:
    """Return the lines that keep the same rows of every array: those where ``keep`` is True."""
    return [f"{name} = {name}[keep]" for name in case.variables]


def _in_front(case: Case, call: LayerCall, count: int) -> Problem:
    fix = Fix(
        '# pad behind the sequences: keras.utils.pad_sequences(rows, padding="post")',
        True,
    )
    argument = read_argument(case, call)
    if argument is not None:
        name = argument.variable
        real = _real_steps(call, "row")
        rolled = f"np.roll(row, -np.argmax({real}), axis=0)"
        fix = Fix(f"{name} = np.stack([{rolled} for row in {name}])")
    return Problem(
        mistake="padding-in-front",
        level="doubt",
        title="The padding stands in front",
        expected=f"padding after the last step: {_masked_words(call)}",
        came=f"{count} of {len(call.inputs[0])} samples begin with masked steps",
        why=(
            "Right on a CPU. On a GPU TensorFlow's fast kernel takes padding at the end only, and "
            "stops."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _inside(
    case: Case, call: LayerCall, count: int, *, may_be_in_front: bool
) -> Problem:
    fix = _moved_from_zero(case, call)
    if call.layer_class == "Masking":
        fix = _masked_by_another_value(case, call)
    return Problem(
        mistake="real-step-is-masked",
        level="doubt",
        title="Steps inside a sequence are masked",
        expected=f"masked steps at the end only: {_masked_words(call)}",
        came=f"{count} of {len(call.inputs[0])} samples have masked steps between others",
        why=(
            "A measurement that happens to equal the mask value is skipped, as if that moment had "
            "not been."
        ),
        fix=fix.code,
        # which of the masked steps in front are padding is yours to know
        fix_is_example=fix.is_example or may_be_in_front,
    )


def _padding_line(call: LayerCall, name: str) -> str:
    """Return the line that finds the masked steps at the end of the rows."""
    real = f"({_real_steps(call, name)})"
    return f"padding = np.cumsum({real}[:, ::-1], axis=1)[:, ::-1] == 0"


def _moved_from_zero(case: Case, call: LayerCall) -> Fix:
    """Return the fix that keeps the id 0 of an Embedding for padding."""
    argument = read_argument(case, call)
    count = call.config.get("input_dim")
    if argument is None or count is None:
        return Fix(
            "# keep the id 0 for padding: ids + 1, and one id more in the Embedding",
            True,
        )
    name = argument.variable
    line = f"keras.layers.Embedding({count + 1}, ...)"
    bigger = change_layer(case, call.layer_name, line, input_dim=count + 1)
    moved = (
        f"{name} = np.where(padding, 0, {name} + 1)  # the id 0 is for padding"
    )
    return Fix(f"{_padding_line(call, name)}\n{moved}").then(bigger)


def _masked_by_another_value(case: Case, call: LayerCall) -> Fix:
    """Return the fix that pads with a value that no measurement has."""
    below_all = np.floor(call.inputs[0].min()) - 1.0
    value = float(min(-10.0, below_all))
    line = f"keras.layers.Masking(mask_value={value})"
    argument = read_argument(case, call)
    if argument is None:
        return Fix(
            f"# {line}, a value that no measurement has; pad with the same",
            True,
        )
    name = argument.variable
    padded = f"{name}[padding] = {value}  # a value that no measurement has"
    other = change_layer(case, call.layer_name, line, mask_value=value)
    return Fix(f"{_padding_line(call, name)}\n{padded}").then(other)


def _never_met(case: Case, call: LayerCall) -> Iterator[Problem]:
    """Yield where a Masking masks nothing although the ends of the rows look like padding."""
    x = call.inputs[0]
    value = _mask_value(call)
    # of so few steps, or where nothing ever changes, two alike at the end say nothing
    if x.shape[1] < 3 or np.all(x == x[:, :1]):
        return
    is_alike = np.all(x[:, -1] == x[:, -2], axis=-1)
    ends = np.flatnonzero(is_alike)
    padded = x[ends, -1]
    # padding is the same in all rows
    if len(padded) < 2 or np.any(padded != padded[0]):
        return
    found = _say_values(padded[0])
    fix = Fix(
        f"# keras.layers.Masking(mask_value={padded[0][0]:g}) in the model",
        True,
    )
    argument = read_argument(case, call)
    if argument is not None:
        name = argument.variable
        same = f"np.all({name} == {name}[{ends[0]}, -1], axis=-1)"
        fix = Fix(
            f"{name}[{same}] = {value:g}  # pad after scaling, not before"
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
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _say_values(values: Array) -> str:
    """Return the features of a step: one number where they are alike."""
    if np.all(values == values[0]):
        values = values[:1]
    words = ", ".join(map("{:g}".format, values))
    if len(values) > 1:
        words = f"[{words}]"
    return words
