"""What the axes of an array mean: which one is time, which are the rows and columns of a map."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from unrolled.diagrams.rows.graph import Graph, Node
from unrolled.diagrams.rows.rows import Axis
from unrolled.diagrams.rows.visibility import (
    is_channels_first,
    is_drawn_as_cells,
)
from unrolled.traces.calls import LayerCall, Provenance, RecurrentCall, Trace
from unrolled.traces.cells import Array

Kind = Literal["input", "recurrent", "steps", "vector", "box"]

_MAP: Mapping[int, tuple[str, ...]] = {
    1: ("rows",),
    2: ("rows", "columns"),
    3: ("planes", "rows", "columns"),
}
_TWO_TIMES = (
    "batch",
    "timesteps",
    "timesteps",
)  # a recurrent layer inside a TimeDistributed
_MOST_AXES = 6


@dataclass(frozen=True)
class Form:
    """How a node is drawn, and what the axes of its array mean.

    Attributes
    ----------
    kind : str
        ``input``, ``recurrent``, ``steps`` (a column for each timestep), ``vector`` (one for each
        sample), or ``box`` (nothing but a shape).
    axes : tuple of (int, str)
        Each size with its word.
    timesteps : int or None
        Of what it reads if recurrent, else of what it holds.
    returns_steps : bool
        Whether what it passes on has a time axis.
    """

    kind: Kind
    axes: tuple[Axis, ...]
    timesteps: int | None = None
    returns_steps: bool = False


def read_forms(graph: Graph, trace: Trace) -> dict[int, Form]:
    """Return the form of every node, by its key."""
    readers = Readers(trace)
    forms: dict[int, Form] = {}
    for node in graph.nodes:
        below = [None if r.node is None else forms[r.node] for r in node.reads]
        if node.role == "input":
            forms[node.key] = _input_form(trace, node.call, readers)
        elif node.role == "more":
            forms[node.key] = Form("box", _more_axes(node, below))
        elif node.role == "output":
            forms[node.key] = _output_form(node.call.outputs[0].shape)
        else:
            forms[node.key] = _call_form(trace, node, below, readers)
    return forms


def name_axes(shape: Sequence[int], words: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes of a shape with their words; without a word where there are fewer words.

    >>> name_axes((3, 5), ("batch",))
    ((3, 'batch'), (5, ''))
    """
    padded = [*words, *[""] * len(shape)]
    return tuple(
        (int(size), word) for size, word in zip(shape, padded, strict=False)
    )


class Readers:
    """Which calls read a call, and whether one of them reads its second axis as time."""

    def __init__(self, trace: Trace) -> None:
        self._of: dict[int, list[LayerCall]] = {}
        for call in trace.calls:
            for source in _data_sources(call):
                self._of.setdefault(id(source), []).append(call)
        self._as_time: dict[int, bool] = {}
        for call in (*reversed(trace.calls), *trace.inputs):
            # a reader is called after what it reads, so that its own answer is known already
            self._as_time[id(call)] = any(
                self._reads_time(r) for r in self.of(call)
            )

    def of(self, call: LayerCall) -> list[LayerCall]:
        """Return the calls that read what a call returns, as data and not as an initial state."""
        return self._of.get(id(call), [])

    def read_as_time(self, call: LayerCall) -> bool:
        """Return whether the second axis of what a call returns is read as time further up."""
        return self._as_time[id(call)]

    def _reads_time(self, reader: LayerCall) -> bool:
        if isinstance(reader, RecurrentCall) or reader.facts.reads_time:
            return True
        if "1D" in reader.layer_class:
            return True
        return reader.facts.keeps_axes and self._as_time.get(id(reader), False)


def _data_sources(call: LayerCall) -> list[LayerCall]:
    """Return the calls that a call reads, each once, without those of its initial states.

    A value that ``call()`` made of a call step by step, such as ids after a cast, counts as that
    call.
    """
    first = 1 if isinstance(call, RecurrentCall) else len(call.sources)
    sources = [source for source in call.sources[:first] if source is not None]
    for made_from in call.made_from[:first]:
        if made_from is not None:
            sources += _kept_in_order(made_from)
    return list({id(source): source for source in sources}.values())


def _kept_in_order(made_from: Provenance) -> list[LayerCall]:
    """Return the sources of a value whose steps are its own ones."""
    sources = []
    for (source, _), reach in zip(
        made_from.sources, made_from.reach, strict=False
    ):
        if reach is not None and np.array_equal(
            reach, np.eye(len(reach), reach.shape[1])
        ):
            sources.append(source)
    return sources


def _input_form(trace: Trace, call: LayerCall, readers: Readers) -> Form:
    """Return the form of an input of the model."""
    array = call.outputs[0]
    words, timed = _input_words(trace, call, readers.of(call))
    axes = name_axes(array.shape, words)
    if len(axes) > _MOST_AXES or array.dtype.kind not in "fiub":
        return Form("box", axes)
    return Form("input", axes, axes[1][0] if timed else None, timed)


def _input_words(
    trace: Trace, call: LayerCall, readers: Sequence[LayerCall]
) -> tuple[tuple[str, ...], bool]:
    """Return the words for the axes of an input, and whether its second one is time."""
    rank = call.outputs[0].ndim
    if rank > _MOST_AXES:
        return (), False
    if rank <= 2:
        return _flat_input_words(trace, call, readers)
    return _deep_input_words(call, readers, rank)


def _deep_input_words(
    call: LayerCall, readers: Sequence[LayerCall], rank: int
) -> tuple[tuple[str, ...], bool]:
    """Return the words for an input of three to six axes, and whether the second one is time."""
    reads_time = any(_reads_steps(c) for c in readers)
    timed = rank in (3, 5, 6) or reads_time
    space = rank - timed - 2
    if space == 1 and any(_holds_time(c) for c in readers):
        return (*_TWO_TIMES, "features"), True
    time = ["timesteps"] * timed
    if space > 0:
        return ("batch", *time, *_MAP.get(space, ()), "channels"), timed
    are_ids = reads_time and call.outputs[0].dtype.kind in "iu"
    return ("batch", *time, "ids" if are_ids else "features"), timed


def _flat_input_words(
    trace: Trace, call: LayerCall, readers: Sequence[LayerCall]
) -> tuple[tuple[str, ...], bool]:
    """Return the words for an input of two axes: ids or a mask of steps, else features."""
    is_mask = not readers and any(c.mask_source is call for c in trace.calls)
    are_ids = any(
        c.facts.reads_ids or _reads_ids_by_step(c, call) for c in readers
    )
    if call.outputs[0].ndim == 2 and (is_mask or are_ids):
        return ("batch", "timesteps"), True
    return ("batch", "features"), False


def _reads_ids_by_step(reader: LayerCall, call: LayerCall) -> bool:
    """Return whether a call makes a vector of each number that it reads, as an Embedding."""
    if (
        call.outputs[0].dtype.kind not in "iu"
        or not reader.outputs
        or reader.outputs[0].ndim < 3
    ):
        return False
    return _is_local(reader, 0, reader.outputs[0])


def _is_local(call: LayerCall, number: int, array: Array) -> bool:
    """Return whether it was measured that steps of an output read some steps of an input alone.

    Then the second axis of the output is time: what reads all steps may have mixed them.
    """
    for argument, source in enumerate(call.inputs):
        reach = call.reach.get((number, argument))
        if reach is None or source.ndim < 2 or array.ndim < 2:
            continue
        is_whole = reach.shape == (array.shape[1], source.shape[1])
        if is_whole and min(reach.shape) > 1 and not reach.all(axis=1).all():
            return True
    return False


def _reads_steps(call: LayerCall) -> bool:
    return (
        isinstance(call, RecurrentCall) or call.layer_class == "TimeDistributed"
    )


def _holds_time(call: LayerCall) -> bool:
    """Return whether a TimeDistributed wraps a recurrent layer, which reads time itself."""
    wrapped = re.search(r"(Conv)?(LSTM|GRU|RNN)(Cell)?\(", call.constructor)
    if call.layer_class != "TimeDistributed" or wrapped is None:
        return False
    return not wrapped[1]


def _output_form(shape: tuple[int, ...]) -> Form:
    """Return the form of an output of the model that no layer made."""
    if len(shape) == 3:
        axes = name_axes(shape, ("batch", "timesteps", "features"))
        return Form("steps", axes, shape[1], True)
    if len(shape) in (1, 2):
        return Form("vector", name_axes(shape, ("batch", "features")))
    return Form("box", name_axes(shape, ("batch",)))


def _call_form(
    trace: Trace, node: Node, below: Sequence[Form | None], readers: Readers
) -> Form:
    """Return the form of what a call returns."""
    call = node.call
    if not call.outputs:
        return Form("box", ())
    array = call.outputs[node.number]
    if node.role == "further":
        weights = call.attention
        if weights is not None and weights.shape == array.shape:
            return _attention_form(weights.shape)
    elif is_drawn_as_cells(call):
        assert isinstance(call, RecurrentCall)
        axes = _name_call_axes(call, array, below, timed=call.return_sequences)
        return Form("recurrent", axes, call.h.shape[1], call.return_sequences)
    kind = _read_kind(trace, node, array, below, readers)
    if kind == "box":
        return Form("box", name_axes(array.shape, _box_words(call, below)))
    axes = _name_call_axes(call, array, below, timed=kind == "steps")
    if kind == "steps":
        return Form("steps", axes, array.shape[1], True)
    return Form("vector", axes)


def _box_words(
    call: LayerCall, below: Sequence[Form | None]
) -> tuple[str, ...]:
    """Return the words for the axes of a box: after a Permute those that its input had."""
    dims = call.config.get("dims")
    source = below[0] if len(below) == 1 else None
    if not call.facts.rearranges or dims is None or source is None:
        return ("batch",)
    if len(source.axes) != len(dims) + 1:
        return ("batch",)
    return ("batch", *(source.axes[axis][1] for axis in dims))


def _more_axes(node: Node, below: Sequence[Form | None]) -> tuple[Axis, ...]:
    """Return the axes of each of the calls that are left out."""
    if not node.call.outputs:
        return ()
    array = node.call.outputs[0]
    timed = isinstance(node.call, RecurrentCall) and node.call.return_sequences
    return _name_call_axes(node.call, array, below, timed=timed)


def _attention_form(shape: tuple[int, ...]) -> Form:
    heads = ["heads"] * (len(shape) == 4)
    axes = name_axes(shape, ("batch", *heads, "timesteps", "timesteps"))
    return Form("box" if heads else "vector", axes)


def _read_kind(
    trace: Trace,
    node: Node,
    array: Array,
    below: Sequence[Form | None],
    readers: Readers,
) -> Kind:
    """Return how an array that a call returns is drawn."""
    call, rank = node.call, array.ndim
    if not 1 <= rank <= _MOST_AXES or is_channels_first(call):
        return "box"
    if rank <= 2:
        return "steps" if _are_made_ids(call, array, readers) else "vector"
    if _has_time(trace, node, array, below, readers):
        return "steps"
    is_map = (
        rank == 4
        or isinstance(call, RecurrentCall)
        or any(_is_map(f, rank) for f in below)
    )
    return "vector" if is_map else "box"


def _are_made_ids(call: LayerCall, array: Array, readers: Readers) -> bool:
    """Return whether a call makes ids that are looked up step by step."""
    if array.ndim != 2 or array.dtype.kind not in "iu":
        return False
    return any(reader.facts.reads_ids for reader in readers.of(call))


def _has_time(
    trace: Trace,
    node: Node,
    array: Array,
    below: Sequence[Form | None],
    readers: Readers,
) -> bool:
    """Return whether the second axis of an array that a call returns is time."""
    call = node.call
    if isinstance(call, RecurrentCall):
        return call.return_sequences
    if "2D" in call.layer_class:
        return False
    if array.ndim == 3 and _is_forecast(trace, call):
        return True
    if call.facts.rearranges:
        return readers.read_as_time(call)
    return _moves_along_time(
        node, array, [f for f in below if f is not None], readers
    )


def _moves_along_time(
    node: Node, array: Array, known: Sequence[Form], readers: Readers
) -> bool:
    """Return whether a call that keeps the order of the axes returns time."""
    call = node.call
    if "1D" in call.layer_class:
        return not any(_is_timeless(form) for form in known)
    return _keeps_time(node, array, known) or _makes_time(call, array, readers)


def _is_timeless(form: Form) -> bool:
    """Return whether a form has more axes than batch and features, and none of them is time."""
    return not form.returns_steps and len(form.axes) > 2


def _keeps_time(node: Node, array: Array, below: Sequence[Form]) -> bool:
    """Return whether a call has the time axis of what it reads: as long, or measured to be one."""
    timed = [form for form in below if form.returns_steps]
    if any(form.timesteps == array.shape[1] for form in timed):
        return True
    return bool(timed) and _is_local(node.call, node.number, array)


def _makes_time(call: LayerCall, array: Array, readers: Readers) -> bool:
    """Return whether a call begins a time axis: by its class, or as those who read it say."""
    if readers.read_as_time(call) or array.ndim > 4:
        return True
    is_turned = any(
        reader.layer_class in ("Permute", "Transpose")
        for reader in readers.of(call)
    )
    return call.facts.makes_time and not is_turned


def _is_forecast(trace: Trace, call: LayerCall) -> bool:
    """Return whether a call ends in steps whatever it reads: attention, a reshaped output."""
    if call.attention is not None:
        return True
    return call.layer_class == "Reshape" and call in trace.output_sources


def _is_map(form: Form | None, rank: int) -> bool:
    """Return whether a form is a map without time, of as many axes."""
    if form is None or form.returns_steps or len(form.axes) != rank:
        return False
    return form.axes[1][1] == "rows"


def _name_call_axes(
    call: LayerCall, array: Array, below: Sequence[Form | None], *, timed: bool
) -> tuple[Axis, ...]:
    """Return the axes of an array that a call returns, with their words."""
    shape = array.shape
    space = len(shape) - timed - 2
    if space == 1 and _holds_time(call):
        return name_axes(shape, (*_TWO_TIMES, "units"))
    last = [_last_word(call, shape, below, space)] * (len(shape) > 1 + timed)
    return name_axes(
        shape, ("batch", *["timesteps"] * timed, *_MAP.get(space, ()), *last)
    )


def _last_word(
    call: LayerCall,
    shape: tuple[int, ...],
    below: Sequence[Form | None],
    space: int,
) -> str:
    """Return the word for the last axis: that of what is read, where it has as many values."""
    has_own = isinstance(call, RecurrentCall) or call.facts.makes_units
    if has_own or "Conv" in call.layer_class:
        if space > 0:
            return "filters"
        return "units" if has_own else "features"
    known = [form for form in below if form is not None]
    return _last_word_of(known[0], shape) if known else "features"


def _last_word_of(source: Form, shape: tuple[int, ...]) -> str:
    """Return the word of a source's last axis, where a shape has the same axis."""
    if len(source.axes) != len(shape):
        return "features"
    size, word = source.axes[-1]
    return word if size == shape[-1] else "features"
