"""What stands at the left of a row: the layer as its user writes it, its arguments, its weights."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from unrolled.diagrams.rows.forms import Kind
from unrolled.diagrams.rows.visibility import (
    as_recurrent,
    calls_within,
    model_names,
)
from unrolled.keras_bridge.constructors import split_constructor
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall
from unrolled.traces.trace import Trace

_LONG = 28  # characters of a title that fit beside the columns
_SEQUENCES = "return_sequences"
_SAMPLE_OF_TEXT = 30  # characters of a text input that are shown
_TEXTS = "OSU"  # the kinds of dtypes that hold texts


@dataclass(frozen=True)
class Caption:
    """The title of a row and the lines under it; is_code: whether the title is Python."""

    title: str
    details: tuple[str, ...] = ()
    is_code: bool = False


def write_caption(call: LayerCall, kind: Kind) -> Caption:
    """Return what stands beside a call."""
    title, arguments = _split_title(call)
    lines = _describe_place(call)
    if kind == "recurrent":
        # whether every step is returned decides what the row looks like, so that it comes first and
        # is said also where it is the default
        lines += _describe_returned(as_recurrent(call))
        arguments = [a for a in arguments if not a.startswith(_SEQUENCES)]
    lines += arguments
    lines += _describe_wrapped(call)
    models = model_names(call)
    if models:
        # the picture does not show where a nested model begins and ends
        lines.append(f"in {models}")
    weights = call.weights
    if weights.count > 0:
        # how many there are is part of the formula
        text = f"{weights.formula} weights"
        if isinstance(call, BidirectionalCall):
            # the rows of the halves have the formula of each
            text = f"{weights.count} weights, of both halves"
        lines.append(text)
    is_code = title.endswith(")")
    return Caption(title, tuple(lines), is_code)


def _split_title(call: LayerCall) -> tuple[str, list[str]]:
    """Return the beginning of a constructor line, and the arguments that stand below it."""
    title, *arguments = split_constructor(call.constructor)
    if len(title) <= _LONG:
        # it fits beside the columns
        return title, arguments
    # a wrapper around a layer with many arguments: they stand below, like a layer's own
    argument = r"\w+=[^,()]+"
    inner = re.findall(argument, title)
    short = re.sub(f"(, )?{argument}", "", title)
    return short, [*inner, *arguments]


def _describe_place(call: LayerCall) -> list[str]:
    """Return which call of a layer it is, and which of several cells."""
    lines = []
    if call.number > 0:
        # another row shows the first call of it
        lines.append("same layer, same weights")
    layer = call.parent
    if isinstance(layer, RecurrentCall):
        # what is inside of a recurrent layer has a row where the layer has several cells
        place = layer.inside.index(call)
        lines.append(f"cell {place} of {layer.layer_name}")
    return lines


def _describe_returned(call: RecurrentCall) -> list[str]:
    layer = call.parent
    if isinstance(layer, RecurrentCall):
        last_cell = layer.inside[-1]
        if call is not last_cell:
            # of several cells the last one returns what the layer does
            return []
    argument = f"{_SEQUENCES}={call.return_sequences}"
    return [argument]


def _describe_wrapped(call: LayerCall) -> list[str]:
    """Return what a TimeDistributed runs at every step, where it is a model of several layers."""
    if call.layer_class != "TimeDistributed":
        return []
    titles: list[str] = []
    for inner in calls_within(call):
        # a model or a wrapper is named by the layers in it
        is_leaf = not inner.is_model and not inner.inside
        if is_leaf:
            title, *_ = split_constructor(inner.constructor)
            titles.append(title)
    if len(titles) < 2:
        # the constructor says it
        return []
    # the calls came from the last to the first; a layer that is called twice is named once
    in_order = dict.fromkeys(reversed(titles))
    layers = ", ".join(in_order)
    return [f"at every step: {layers}"]


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
    # "LSTMCell" becomes "LSTM_Cell"
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", spaced)
    # "SimpleRNN" becomes "Simple_RNN"
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced)
    base = re.escape(spaced.lower())
    # Bidirectional names its halves after the layer; of several layers of a class all but the first
    # one get a number
    made = rf"(forward_|backward_)?{base}(_\d+)?"
    found = re.fullmatch(made, call.layer_name)
    return found is None


def write_input_caption(trace: Trace, call: LayerCall) -> Caption:
    """Return what stands beside an input of the model."""
    title = "Input data"
    if len(trace.inputs) > 1:
        # as its user tells it from the others
        title = f"Input {call.layer_name}"
    role = _describe_role(trace, call)
    lines = [role]
    # an input has one output, which is the array that was given
    array = call.outputs[0]
    if array.dtype.kind in _TEXTS:
        lines += _describe_text(array)
    else:
        dtype = str(array.dtype)
        lines.append(dtype)
    # what holds for the whole run stands where its data begin
    if trace.x_made_up:
        lines.append("values made up (seeded)")
    if trace.training:
        lines.append("training=True: dropout acts")
    return Caption(title, tuple(lines))


def _describe_role(trace: Trace, call: LayerCall) -> str:
    """Return what an input is for: data, ids of an Embedding, or nothing but a mask."""
    masked: dict[str, None] = {}
    is_read = False
    for reader in trace.calls:
        if call in _all_sources(reader):
            is_read = True
            # an Embedding, be it one of several readers
            if reader.facts.reads_ids:
                return "x: ids"
        if reader.mask_source is call:
            # a layer that is called twice is named once
            masked[reader.layer_name] = None
    if is_read:
        return "x"
    if not masked:
        # what call() makes of it cannot be seen
        return "x"
    layers = ", ".join(masked)
    return f"mask of {layers}"


def _all_sources(call: LayerCall) -> list[LayerCall | None]:
    """Return the calls that a call reads, also those that ``call()`` made something of."""
    sources = list(call.sources)
    # None stands for an input that a layer made, which is among the sources already
    for made_from in filter(None, call.made_from):
        makers = dict(made_from.sources)
        sources += makers.keys()
    return sources


def _describe_text(array: Array) -> list[str]:
    """Return what is said of an input that holds texts, with the beginning of the first one."""
    lines = ["text"]
    if array.size > 0:
        first = np.ravel(array)[0]
        if isinstance(first, bytes):
            # as TensorFlow returns texts
            first = first.decode(errors="replace")
        text = str(first)
        beginning = text[:_SAMPLE_OF_TEXT]
        lines.append(f"such as {beginning!r}")
    return lines


def describe_provenance(made_from: Provenance | None) -> str:
    """Return how a value came to be that no layer made.

    >>> describe_provenance(Provenance((), ("Add", "Mean")))
    'made in call() by Add, Mean'
    """
    if made_from is None:
        # such as what NumPy or the backend made of it
        return "made in call(), outside any layer"
    operations = ", ".join(made_from.operations)
    return f"made in call() by {operations}"
