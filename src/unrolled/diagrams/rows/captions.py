"""What stands at the left of a row: the layer as its user writes it, its arguments, its weights."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from unrolled.diagrams.rows.axes import Kind
from unrolled.diagrams.rows.visibility import (
    calls_within,
    is_stack,
    model_names,
)
from unrolled.keras_bridge.constructors import split_constructor
from unrolled.traces.calls import (
    BidirectionalCall,
    LayerCall,
    Provenance,
    RecurrentCall,
    Trace,
)
from unrolled.traces.cells import Array

_LONG = 28  # characters of a title that fit beside the columns
_SAMPLE_OF_TEXT = 30  # characters of a text input that are shown


@dataclass(frozen=True)
class Caption:
    """The title of a row and the lines under it; is_code: whether the title is Python."""

    title: str
    details: tuple[str, ...] = ()
    is_code: bool = False


def write_caption(trace: Trace, call: LayerCall, kind: Kind) -> Caption:
    """Return what stands beside a call."""
    title, arguments = _split_title(call)
    lines = ["same layer, same weights"] if call.number else []
    stack = call.parent if is_stack(call.parent) else None
    if stack is not None:
        lines.append(f"cell {stack.inside.index(call)} of {stack.layer_name}")
    if isinstance(call, RecurrentCall) and kind == "recurrent":
        arguments = _with_sequences(call, arguments, stack)
    lines += [*arguments, *_wrapped_layers(call)]
    models = model_names(trace, call)
    if models:
        lines.append(f"in {models}")
    lines += _weight_lines(call)
    return Caption(title, tuple(lines), is_code=title.endswith(")"))


def _with_sequences(
    call: RecurrentCall, arguments: list[str], stack: LayerCall | None
) -> list[str]:
    """Return arguments with return_sequences in front, also where it has its default."""
    others = [a for a in arguments if not a.startswith("return_sequences")]
    if stack is not None and call is not stack.inside[-1]:
        return (
            others  # of several cells the last one returns what the layer does
        )
    return [f"return_sequences={call.return_sequences}", *others]


def _split_title(call: LayerCall) -> tuple[str, list[str]]:
    """Return the beginning of a constructor line, and the arguments that stand below it."""
    title, *arguments = split_constructor(call.constructor)
    if len(title) <= _LONG:
        return title, arguments
    # a wrapper around a layer with many arguments: they stand below, like a layer's own
    inner = re.findall(r"\w+=[^,()]+", title)
    return re.sub(r"(, )?\w+=[^,()]+", "", title), inner + arguments


def _wrapped_layers(call: LayerCall) -> list[str]:
    """Return what a TimeDistributed runs at every step, where it is a model of several layers."""
    if call.layer_class != "TimeDistributed":
        return []
    layers = [
        inner
        for inner in calls_within(call)
        if not inner.is_model and not inner.inside
    ]
    titles = [
        split_constructor(inner.constructor)[0] for inner in reversed(layers)
    ]
    if len(titles) < 2:
        return []
    return [f"at every step: {', '.join(dict.fromkeys(titles))}"]


def has_chosen_name(call: LayerCall) -> bool:
    """Return whether somebody gave a layer its name: Keras names it after its class.

    >>> made = {"layer_class": "LSTM", "constructor": "LSTM(4)"}
    >>> has_chosen_name(LayerCall(layer_name="lstm_2", path="lstm_2", **made))
    False
    >>> has_chosen_name(LayerCall(layer_name="encoder", path="encoder", **made))
    True
    """
    # as Keras names layers: keras/src/utils/naming.py, to_snake_case
    spaced = re.sub(r"\W+", "", call.layer_class)
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", spaced)
    base = re.escape(re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower())
    return (
        re.fullmatch(rf"(forward_|backward_)?{base}(_\d+)?", call.layer_name)
        is None
    )


def _weight_lines(call: LayerCall) -> list[str]:
    if not call.weights.count:
        return []
    if isinstance(call, BidirectionalCall):
        return [f"{call.weights.count} weights, of both halves"]
    return [f"{call.weights.formula} weights"]


def write_input_caption(trace: Trace, call: LayerCall) -> Caption:
    """Return what stands beside an input of the model."""
    title = (
        "Input data" if len(trace.inputs) == 1 else f"Input {call.layer_name}"
    )
    array = call.outputs[0]
    is_text = array.dtype.kind in "OSU"
    lines = [_input_role(trace, call), "text" if is_text else str(array.dtype)]
    if is_text and array.size:
        lines.append(f"such as {_first_text(array)!r}")
    if trace.x_made_up:
        lines.append("values made up (seeded)")
    if trace.training:
        lines.append("training=True: dropout acts")
    return Caption(title, tuple(lines))


def _input_role(trace: Trace, call: LayerCall) -> str:
    """Return what an input is for: data, ids of an Embedding, or nothing but a mask."""
    readers = [
        c for c in trace.calls if any(s is call for s in _all_sources(c))
    ]
    if any(c.facts.reads_ids for c in readers):
        return "x: ids"
    masked = [c.layer_name for c in trace.calls if c.mask_source is call]
    if readers or not masked:
        return "x"
    return f"mask of {', '.join(dict.fromkeys(masked))}"


def _all_sources(call: LayerCall) -> list[LayerCall | None]:
    """Return the calls that a call reads, also those that ``call()`` made something of."""
    made_from = [
        source
        for m in call.made_from
        if m is not None
        for source, _ in m.sources
    ]
    return [*call.sources, *made_from]


def _first_text(array: Array) -> str:
    first = np.ravel(array)[0]
    text = (
        first.decode(errors="replace")
        if isinstance(first, bytes)
        else str(first)
    )
    return text[:_SAMPLE_OF_TEXT]


def describe_provenance(made_from: Provenance | None) -> str:
    """Return how a value came to be that no layer made.

    >>> describe_provenance(Provenance((), ("Add", "Mean")))
    'made in call() by Add, Mean'
    """
    if made_from is None:
        return "made in call(), outside any layer"
    return f"made in call() by {', '.join(made_from.operations)}"
