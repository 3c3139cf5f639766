"""How each node is drawn: as steps, as a vector or as a box, and what its axes mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from unrolled.diagrams.rows.axis_words import (
    moves_steps,
    name_axes,
    name_input,
    name_output,
    name_rearranged,
)
from unrolled.diagrams.rows.graph import Graph, Node
from unrolled.diagrams.rows.parts import Axis
from unrolled.diagrams.rows.readers import Readers
from unrolled.diagrams.rows.visibility import (
    MOST_AXES,
    as_recurrent,
    is_channels_first,
    is_drawn_as_cells,
)
from unrolled.traces.calls import LayerCall, RecurrentCall, Trace
from unrolled.traces.cells import Array

Kind = Literal["input", "recurrent", "steps", "vector", "box"]

_NUMBERS = "fiub"  # the kinds of dtypes whose values are drawn
_TURNED = {"Permute", "Transpose"}


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
        below = [forms[key] for key in node.below]
        forms[node.key] = _Reader(trace, readers, node, below).read()
    return forms


@dataclass(frozen=True)
class _Reader:
    """Reads the form of one node. below: the forms of what it reads, as far as they are known."""

    trace: Trace
    readers: Readers
    node: Node
    below: Sequence[Form]

    def read(self) -> Form:
        """Return the form of the node."""
        if self.node.role == "input":
            return self._form_of_input()
        if self.node.role == "output":
            return _form_of_output(self.node.call.outputs[0])
        if not self.node.call.outputs:
            return Form("box", ())
        if self.node.role == "more":
            return self._form_of_more()
        return self._form_of_call(self.node.call)

    def _form_of_input(self) -> Form:
        call = self.node.call
        array = call.outputs[0]
        if array.ndim > MOST_AXES:
            return Form("box", name_axes(array.shape, ()))
        axes = name_input(self.trace, call, self.readers)
        if array.dtype.kind not in _NUMBERS:
            return Form("box", axes)
        for size, word in axes[1:2]:
            if word == "timesteps":
                return Form("input", axes, size, returns_steps=True)
        return Form("input", axes)

    def _form_of_more(self) -> Form:
        """Return the form of calls that are left out, with the axes of each of them."""
        call = self.node.call
        is_timed = isinstance(call, RecurrentCall) and call.return_sequences
        return Form("box", self._name(call.outputs[0], is_timed=is_timed))

    def _form_of_call(self, call: LayerCall) -> Form:
        """Return the form of what a call returns."""
        array = call.outputs[self.node.number]
        if self.node.role == "further":
            if array.shape == getattr(call.attention, "shape", None):
                return _form_of_attention(array)
        elif is_drawn_as_cells(call):
            return self._form_of_cells(as_recurrent(call), array)
        if _is_too_deep(array) or is_channels_first(call):
            return self._form_of_box(array)
        if self._has_time(array):
            axes = self._name(array, is_timed=True)
            return Form("steps", axes, array.shape[1], returns_steps=True)
        if self._is_vector(array):
            return Form("vector", self._name(array, is_timed=False))
        return self._form_of_box(array)

    def _form_of_cells(self, call: RecurrentCall, array: Array) -> Form:
        returns_steps = call.return_sequences
        return Form(
            "recurrent",
            self._name(array, is_timed=returns_steps),
            timesteps=call.h.shape[1],
            returns_steps=returns_steps,
        )

    def _form_of_box(self, array: Array) -> Form:
        sources = [form.axes for form in self.below]
        return Form("box", name_rearranged(self.node.call, array, sources))

    def _name(self, array: Array, *, is_timed: bool) -> tuple[Axis, ...]:
        sources = [form.axes for form in self.below]
        return name_output(self.node.call, array, sources, is_timed=is_timed)

    def _is_vector(self, array: Array) -> bool:
        """Return whether an array without time is drawn: a vector, or a map."""
        is_flat = array.ndim in (1, 2, 4)
        if is_flat or isinstance(self.node.call, RecurrentCall):
            return True
        for form in self.below:
            words = [word for _, word in form.axes]
            if len(words) == array.ndim and words[1] == "rows":
                return True
        return False

    def _has_time(self, array: Array) -> bool:
        """Return whether the second axis of an array that a call returns is time."""
        call = self.node.call
        if array.ndim < 3:
            return self._holds_ids(array)
        if isinstance(call, RecurrentCall):
            return call.return_sequences
        if "2D" in call.layer_class:
            return False
        if array.ndim == 3 and self._is_forecast():
            return True
        if call.facts.rearranges:
            return self.readers.read_as_time(call)
        if "1D" in call.layer_class:
            return not any(map(_is_timeless, self.below))
        return self._keeps_time(array) or self._makes_time(array)

    def _holds_ids(self, array: Array) -> bool:
        """Return whether a call makes ids that are looked up step by step."""
        if array.ndim != 2 or array.dtype.kind not in "iu":
            return False
        readers = self.readers.of(self.node.call)
        return any(reader.facts.reads_ids for reader in readers)

    def _is_forecast(self) -> bool:
        """Return whether a call ends in steps whatever it reads: attention, a reshaped output."""
        call = self.node.call
        if call.attention is not None:
            return True
        return (
            call.layer_class == "Reshape" and call in self.trace.output_sources
        )

    def _keeps_time(self, array: Array) -> bool:
        """Return whether a call has the time axis of what it reads: as long, or measured to be."""
        timed = [form.timesteps for form in self.below if form.returns_steps]
        if not timed:
            return False
        return array.shape[1] in timed or moves_steps(
            self.node.call, self.node.number
        )

    def _makes_time(self, array: Array) -> bool:
        """Return whether a call begins a time axis: by its class, or as those who read it say."""
        call = self.node.call
        if self.readers.read_as_time(call) or array.ndim > 4:
            return True
        readers = {reader.layer_class for reader in self.readers.of(call)}
        return call.facts.makes_time and _TURNED.isdisjoint(readers)


def _form_of_output(array: Array) -> Form:
    """Return the form of an output of the model that no layer made."""
    shape = array.shape
    if array.ndim == 3:
        axes = name_axes(shape, ("batch", "timesteps", "features"))
        return Form("steps", axes, shape[1], returns_steps=True)
    if array.ndim in (1, 2):
        return Form("vector", name_axes(shape, ("batch", "features")))
    return Form("box", name_axes(shape, ("batch",)))


def _form_of_attention(array: Array) -> Form:
    """Return the form of attention weights that a call returns as an output of their own."""
    kind: Kind = "vector"
    words = ["batch", "timesteps", "timesteps"]
    if array.ndim == 4:
        kind = "box"
        words.insert(1, "heads")
    return Form(kind, name_axes(array.shape, words))


def _is_too_deep(array: Array) -> bool:
    return array.ndim not in range(1, MOST_AXES + 1)


def _is_timeless(form: Form) -> bool:
    """Return whether a form has more axes than batch and features, and none of them is time."""
    return not form.returns_steps and len(form.axes) > 2
