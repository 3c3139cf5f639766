"""What stands at the left of a row: the layer as its user writes it, its arguments, its weights."""

from __future__ import annotations

import re

import numpy as np

from unrolled.diagrams.rows.visibility import is_stack, model_names
from unrolled.keras_bridge.constructors import split_constructor
from unrolled.traces.calls import BidirectionalCall, LayerCall, RecurrentCall, Trace

_LONG = 28  # characters of a title that fit beside the columns


def write_caption(trace: Trace, call: LayerCall, kind: str) -> tuple[str, list[str]]:
    """Return the title of a call's row and the lines under it."""
    title, *details = split_constructor(call.constructor)
    if len(title) > _LONG:
        # a wrapper around a layer with many arguments: they stand below, like a layer's own
        inner = re.findall(r"\w+=[^,()]+", title)
        title, details = re.sub(r"(, )?\w+=[^,()]+", "", title), [*inner, *details]
    lines = ["same layer, same weights"] if call.number else []
    stack = call.parent if is_stack(call.parent) else None
    if stack is not None:
        lines.append(f"cell {stack.inside.index(call)} of {stack.layer_name}")
    if isinstance(call, RecurrentCall) and kind == "recurrent":
        details = [d for d in details if not d.startswith("return_sequences")]
        if stack is None or call is stack.inside[-1]:
            details.insert(0, f"return_sequences={call.return_sequences}")
    models = model_names(trace, call)
    lines += [*details, *([f"in {models}"] if models else [])]
    if call.weights.count and isinstance(call, BidirectionalCall):
        lines.append(f"{call.weights.count} weights, of both halves")
    elif call.weights.count:
        lines.append(f"{call.weights.formula} weights")
    return title, lines


def write_input_caption(
    trace: Trace, call: LayerCall, *, ids: bool, read: bool
) -> tuple[str, list[str]]:
    """Return the title of an input's row and the lines under it. read: whether a layer reads it as data."""
    title = "Input data" if len(trace.inputs) == 1 else f"Input {call.layer_name}"
    masked = [c.layer_name for c in trace.calls if c.mask_source is call]
    array = call.outputs[0]
    lines = [
        "x: ids"
        if ids
        else "x"
        if read or not masked
        else f"mask of {', '.join(dict.fromkeys(masked))}"
    ]
    lines.append("text" if array.dtype.kind in "OSU" else str(array.dtype))
    if array.dtype.kind in "OSU" and array.size:
        first = np.ravel(array)[0]
        lines.append(
            f"such as {(first.decode(errors='replace') if isinstance(first, bytes) else str(first))[:30]!r}"
        )
    if trace.x_made_up:
        lines.append("values made up (seeded)")
    if trace.training:
        lines.append("training=True: dropout acts")
    return title, lines
