"""What is found in the masks of the run: skipped steps, padding in front, masks that are lost or never act."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Subject
from unrolled.checks.reports import Problem
from unrolled.traces.calls import LayerCall, RecurrentCall, Trace
from unrolled.traces.cells import Array

_MAKERS = ("Masking", "Embedding")


def find_in_masks(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with padding and masks in the batch that was run."""
    if subject.trace is None:
        return
    for call in subject.trace.calls:
        mask = call.output_mask
        if (
            call.layer_class in _MAKERS
            and mask is not None
            and mask.ndim == 2
            and call.mask is None
        ):
            yield from _padding(subject, call, mask)
        if (
            call.layer_class == "Masking"
            and mask is not None
            and mask.all()
            and call.inputs[0].ndim == 3
        ):
            yield from _never_met(subject, call)
    lost = next((c for c in subject.trace.calls if _loses(subject.trace, c)), None)
    if lost is not None and lost.mask is not None:
        yield _lost(subject, lost, lost.mask)


def _padding(subject: Subject, call: LayerCall, mask: Array) -> Iterator[Problem]:
    """Yield what the first mask of the model tells of the rows."""
    steps, name = mask.shape[1], subject.inputs[0].variable
    value = call.config.get("mask_value", 0)
    masked = (
        "all features of a step equal to " + f"{value:g}"
        if call.layer_class == "Masking"
        else "the id 0"
    )
    empty = ~mask.any(axis=1)
    if empty.any():
        yield Problem(
            "all-padding-row",
            "doubt",
            "A sample is all padding",
            f"at least one step of {steps} that is not masked",
            f"{int(empty.sum())} of {len(mask)} samples are masked at every step ({masked})",
            "A recurrent layer returns its initial state for it; on a GPU TensorFlow stops at such a row.",
            f"keep = ({name} != {value:g}).reshape(len({name}), -1).any(axis=1)\n{name}, y = {name}[keep], y[keep]",
        )
    rows = mask[~empty]
    first, last = rows.argmax(axis=1), steps - 1 - rows[:, ::-1].argmax(axis=1)
    if (front := int((first > 0).sum())) and first.max() > 0:
        yield Problem(
            "padding-in-front",
            "doubt",
            "The padding stands in front",
            f"padding after the last step: {masked}",
            f"{front} of {len(mask)} samples begin with masked steps",
            "Right on a CPU. On a GPU TensorFlow's fast kernel takes padding at the end only, and stops.",
            f'{name} = keras.utils.pad_sequences(rows, padding="post"{_dtype(subject)})',
        )
    if inner := int((rows.sum(axis=1) < last - first + 1).sum()):
        yield Problem(
            "real-step-is-masked",
            "doubt",
            "Steps inside a sequence are masked",
            f"masked steps at the end only: {masked}",
            f"{inner} of {len(mask)} samples have masked steps between others",
            "A measurement that happens to equal the mask value is skipped, as if that moment had not been.",
            "layers.Masking(mask_value=-10.0)  # a value that no measurement has; pad with the same"
            if call.layer_class == "Masking"
            else f"{name} = {name} + 1  # keep the id 0 for padding",
        )


def _dtype(subject: Subject) -> str:
    """Return the argument that pad_sequences takes for other values than ids."""
    first = subject.inputs[0]
    return "" if first.ids else f', dtype="{first.dtype or "float32"}"'


def _never_met(subject: Subject, call: LayerCall) -> Iterator[Problem]:
    """Yield where a Masking masks nothing although the ends of the rows look like padding."""
    x, value = call.inputs[0], float(call.config.get("mask_value", 0.0))
    if x.shape[1] < 3:
        return
    ends = np.all(x[:, -1] == x[:, -2], axis=-1)
    padded = x[ends, -1]
    if len(padded) < 2 or not np.all(padded == padded[0]) or bool(np.all(x == x[:, :1])):
        return
    found = padded[0]
    told = (
        f"{found[0]:g}"
        if np.all(found == found[0])
        else "[" + ", ".join(f"{v:g}" for v in found) + "]"
    )
    fix = (
        f"layers.Masking(mask_value={told})"
        if np.all(found == found[0])
        else f"{subject.inputs[0].variable}[padded] = {value:g}  # pad after scaling, not before"
    )
    yield Problem(
        "mask-value-never-met",
        "wrong",
        "The Masking layer masks nothing, although rows end in the same value",
        f"steps whose features all equal {value:g}",
        f"{len(padded)} of {len(x)} samples end in steps of {told}, none equals {value:g}",
        "Scaling the padded array moves the padding away from the mask value, and the model reads it as data.",
        fix,
    )


def _loses(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a call was given a mask with masked steps, keeps what they say, and hands no mask on."""
    if (
        call.mask is None
        or call.mask.all()
        or call.output_mask is not None
        or not call.outputs
        or call.is_model
    ):
        return False
    if isinstance(call, RecurrentCall) or call.layer_class in _USES_MASK or call.parent is not None:
        return False
    if call.layer_class in _FLATTENS:
        return True
    keeps_time = call.outputs[0].ndim >= 3 and call.outputs[0].shape[1] == call.mask.shape[1]
    return (keeps_time or call.layer_class in _BREAKS) and _reaches_a_reader(trace, call)


#: layers that take the masked steps out themselves
_USES_MASK = (
    "GlobalAveragePooling1D",
    "Bidirectional",
    "Attention",
    "AdditiveAttention",
    "MultiHeadAttention",
    "Masking",
)
_FLATTENS = ("Flatten",)
_BREAKS = (
    "Conv1D",
    "Reshape",
    "Permute",
    "MaxPooling1D",
    "AveragePooling1D",
    "SeparableConv1D",
    "ZeroPadding1D",
)
_READERS = (
    "GlobalAveragePooling1D",
    "Bidirectional",
    "Attention",
    "AdditiveAttention",
    "Flatten",
    "MultiHeadAttention",
)


def _reaches_a_reader(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a later call, which would take a mask into account, reads this one's output without any."""
    below = {id(call)}
    for later in trace.calls:
        if any(source is not None and id(source) in below for source in later.sources):
            if later.mask is None and (
                isinstance(later, RecurrentCall) or later.layer_class in _READERS
            ):
                return True
            below.add(id(later))
    return False


def _lost(subject: Subject, call: LayerCall, mask: Array) -> Problem:
    own = type(subject.layers.get(call.layer_name)).__module__.startswith("keras.")
    fix = {
        "Flatten": "keras.layers.GlobalAveragePooling1D()  # in place of Flatten: it leaves the padded steps out",
        "Conv1D": "x = layers.Conv1D(...)(x); x = layers.LSTM(...)(x, mask=mask)  # or Masking after the convolution",
    }.get(
        call.layer_class,
        "layers.LSTM(...)(x, mask=mask)  # hand mask = layers.Masking().compute_mask(x) on by name",
    )
    return Problem(
        "mask-is-lost",
        "wrong" if own else "doubt",
        f"The mask is lost in the layer {call.layer_name}",
        "a mask handed on to every layer that reads the sequence",
        f"{call.layer_class} got a mask with {int((~mask).sum())} masked steps and hands none on",
        "The layers after it read the padding as data, so the result depends on how much padding there is.",
        fix,
    )
