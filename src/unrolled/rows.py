"""The story a picture tells, row by row, before anything has a place: which layers, which shapes, what is said.

A row is what one layer call returns, or an input, or the labels. Both the picture and the words are made of rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from unrolled.cells import STATES, Array
from unrolled.constructors import split_constructor
from unrolled.traces import LayerCall, RecurrentCall, Trace

Axis = tuple[int, str]  # size, and the word for it ("" where nobody can know it)
_MAKES_TIME = (
    "Embedding",
    "RepeatVector",
    "TimeDistributed",
    "Masking",
    "Bidirectional",
    "LSTM",
    "GRU",
    "SimpleRNN",
)
_LONG = 28  # characters of a title that fit beside the columns
_UNITS = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "Dense", "TimeDistributed")


@dataclass(eq=False)
class Row:
    """One row of the picture.

    kind: ``input``, ``recurrent``, ``steps`` (one value per timestep), ``vector`` (one per sample), ``plain``
    (a box with its shape) or ``labels``. axes: of the array it returns. below: the rows it reads, in order, None
    where that cannot be seen. calls: the layer call of each batch that is drawn. timesteps: of what it reads if
    recurrent, of what it holds otherwise; None without a time axis. starts: the rows whose values are its initial
    states. segment: 1 for a decoder that stands at the right of its encoder.
    """

    kind: str
    title: str
    axes: tuple[Axis, ...]
    calls: tuple[LayerCall, ...] = ()
    details: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    below: list[Row | None] = field(default_factory=list)
    timesteps: int | None = None
    arrays: tuple[Array, ...] = ()
    fits: bool = True
    ids: bool = False
    starts: list[Row | None] = field(default_factory=list)
    segment: int = 0

    @property
    def call(self) -> LayerCall:
        """The call in the first batch."""
        return self.calls[0]

    @property
    def returns_steps(self) -> bool:
        """Whether what the row hands on has a time axis."""
        return (
            (self.kind == "recurrent" and returns_steps(self.call))
            or self.kind == "steps"
            or (self.kind in ("input", "labels") and self.timesteps is not None)
        )

    @property
    def width(self) -> int:
        """The number of values in one column."""
        if self.kind == "recurrent":
            return int(self.calls[0].states[0][0, 0].size)  # type: ignore[attr-defined]
        return int(np.prod([n for n, _ in self.axes[2 if self.returns_steps else 1 :]], dtype=int))


def returns_steps(call: LayerCall) -> bool:
    """Tell whether a recurrent call returns one output per timestep."""
    return isinstance(call, RecurrentCall) and call.return_sequences


def read_rows(batches: Sequence[Trace]) -> tuple[list[Row], dict[int, Row | None]]:
    """Return the rows of a picture, from the bottom up, each input before the first layer that reads it.

    batches: the runs to put side by side, of one model. Also returned: by the id of each call, the row that shows it.
    """
    first = batches[0]
    drawn = [k for k, c in enumerate(first.calls) if not _is_opened(first, c) and not _is_hidden(c)]
    rows: list[Row] = []
    made: dict[int, Row] = {}
    for number, call in enumerate(first.inputs):
        made[id(call)] = _input_row(first, call, [b.inputs[number] for b in batches])
    for k in sorted(drawn, key=lambda k: (_last_inside(first, k), -k)):
        call = first.calls[k]
        inside: list[Row | None] = [made[id(c)] for c in first.children(call) if id(c) in made]
        below = inside or [None if s is None else made.get(id(shown_as(first, s))) for s in call.sources]
        starts: list[Row | None] = []
        if isinstance(call, RecurrentCall):
            below, starts = below[:1], below[1:]
        for row in [*below, *starts]:
            if row is not None and row not in rows:
                rows.append(row)
        made[id(call)] = _call_row(first, call, [b.calls[k] for b in batches], below)
        made[id(call)].starts = starts
        rows.append(made[id(call)])
    rows += [row for row in made.values() if row not in rows]
    _show_names(rows)
    return rows, {id(c): made.get(id(shown_as(first, c))) for c in [*first.inputs, *first.calls]}


def _show_names(rows: Sequence[Row]) -> None:
    """Add its name to each layer that another row mentions by name."""
    mentioned = [r for row in rows for r in (*row.starts, *(row.below if len(row.below) > 1 else ()))]
    for row in {id(r): r for r in mentioned if r is not None}.values():
        if row.kind != "input":
            row.details.insert(0, f"name={row.call.layer_name!r}")


def _last_inside(trace: Trace, place: int) -> int:
    """Return the place of the last call inside the one at ``place``: a wrapper stands above what it wraps."""
    inside = [k for k, c in enumerate(trace.calls) if c.parent is trace.calls[place]]
    return max([place, *inside])


def _is_opened(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a call is shown by the calls inside it alone: a nested model."""
    return call.is_model and bool(trace.children(call))


def _is_hidden(call: LayerCall) -> bool:
    """Tell whether a call is inside a layer that is drawn as one box."""
    parent = call.parent
    while parent is not None:
        if not parent.is_model and parent.layer_class != "Bidirectional":
            return True
        parent = parent.parent
    return False


def shown_as(trace: Trace, call: LayerCall) -> LayerCall:
    """Return the call whose row shows what this call made."""
    chain = [call]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    closed = [c for c in chain[1:] if not c.is_model and c.layer_class != "Bidirectional"]
    return closed[-1] if closed else call


def _input_row(trace: Trace, call: LayerCall, calls: Sequence[LayerCall]) -> Row:
    shape = call.outputs[0].shape
    readers = [c for c in trace.calls if any(s is call for s in c.sources)]
    is_ids = any(c.layer_class == "Embedding" for c in readers)
    timed = len(shape) == 3 or (len(shape) == 2 and is_ids)
    words = ("batch", "timesteps", "features") if timed else ("batch", "features")
    row = Row(
        "input" if len(shape) <= 3 else "plain",
        "Input data" if len(trace.inputs) == 1 else f"Input {call.layer_name}",
        name_axes(shape, words if len(shape) <= 3 else ()),
        tuple(calls),
        ["x: ids" if is_ids else "x"],
        timesteps=shape[1] if timed else None,
        arrays=tuple(c.outputs[0] for c in calls),
        ids=is_ids,
    )
    row.details.append(str(call.outputs[0].dtype))
    if trace.invented:
        row.details.append("values made up (seeded)")
    return row


def _call_row(trace: Trace, call: LayerCall, calls: Sequence[LayerCall], below: list[Row | None]) -> Row:
    title, *details = split_constructor(call.constructor)
    if len(title) > _LONG:
        # a wrapper around a layer with many arguments: they stand below, like a layer's own
        inner = re.findall(r"\w+=[^,()]+", title)
        title, details = re.sub(r"(, )?\w+=[^,()]+", "", title), [*inner, *details]
    if call.number:
        details.insert(0, "same layer, same weights")
    kind, timesteps = _kind(trace, call, below)
    if isinstance(call, RecurrentCall) and kind == "recurrent":
        details = [d for d in details if not d.startswith("return_sequences")]
        details.insert(0, f"return_sequences={call.return_sequences}")
    if call.weights.count:
        details.append(f"{call.weights.formula} weights")
    row = Row(
        kind,
        title,
        name_axes(call.outputs[0].shape, _words(call, kind, below)) if call.outputs else (),
        tuple(calls),
        details,
        below=below,
        timesteps=timesteps,
        arrays=tuple(c.outputs[0] for c in calls) if call.outputs else (),
    )
    row.notes += _notes(row)
    return row


def _kind(trace: Trace, call: LayerCall, below: Sequence[Row | None]) -> tuple[str, int | None]:
    """Return the kind of row for a call, and its number of timesteps."""
    if isinstance(call, RecurrentCall) and call.h.ndim == 3:
        return "recurrent", call.h.shape[1]
    shape = call.outputs[0].shape if call.outputs else ()
    if len(shape) in (1, 2):
        return "vector", None
    if len(shape) != 3:
        return "plain", None
    same_time = any(r is not None and r.returns_steps and r.timesteps == shape[1] for r in below)
    readers = [c for c in trace.calls if any(s is call for s in c.sources)]
    read_as_time = any(isinstance(c, RecurrentCall) or c.layer_class == "TimeDistributed" for c in readers)
    if same_time or read_as_time or call.layer_class in _MAKES_TIME or "1D" in call.layer_class:
        return "steps", shape[1]
    return "plain", None


def _words(call: LayerCall, kind: str, below: Sequence[Row | None]) -> tuple[str, ...]:
    rank = len(call.outputs[0].shape)
    if kind == "plain":
        return ("batch",)
    last = "units" if call.layer_class in _UNITS else "features"
    source = next((r for r in below if r is not None), None)
    if source is not None and source.axes and call.outputs[0].shape == tuple(n for n, _ in source.axes):
        last = "units" if call.layer_class in _UNITS else source.axes[-1][1]
    return ("batch", "timesteps", last)[:rank] if rank == 3 else ("batch", last)[:rank]


def _notes(row: Row) -> list[tuple[str, str]]:
    """Return what stands at the right, under the shape: (text, role)."""
    call = row.call
    notes: list[tuple[str, str]] = []
    if isinstance(call, RecurrentCall) and row.kind == "recurrent":
        last, dropped = step_names(call)
        if call.return_sequences:
            notes.append(("h at every step" + (", last step first" if call.go_backwards else ""), "ink"))
        else:
            notes.append((f"one vector per sample: h at {last}", "ink"))
            if dropped:
                notes.append((f"h at {dropped}: computed, then dropped", "ghost"))
        if call.return_state:
            names = ", ".join(("h", "c")[: len(call.final_state)])
            notes.append((f"and the final state: {names}", "ink"))
        if call.mask is not None and not call.mask.all():
            notes.append(("hatched: masked steps, the state passes unchanged", "soft"))
        if not call.gates and call.cell_class != "SimpleRNNCell":
            notes.append(("inside of the cell not known: states alone", "ghost"))
    sources = list(dict.fromkeys(r.call.layer_name for r in row.below if r is not None))
    merge_mode = call.config.get("merge_mode")
    if call.layer_class == "Bidirectional" and merge_mode:
        notes.append((f"{merge_mode} of forward and backward, step by step", "ink"))
    elif len(sources) > 1:
        notes.append((f"reads {', '.join(sources)}", "soft"))
    if call.output_mask is not None and row.kind != "input":
        steps = int(np.sum(~call.output_mask))
        notes.append((f"hands on a mask: {steps} of {call.output_mask.size} steps masked", "soft"))
    return notes


def state_names(row: Row) -> tuple[str, ...]:
    """Return the names of the states that a recurrent row carries."""
    call = row.call
    if not isinstance(call, RecurrentCall):
        return ()
    return STATES.get(call.cell_class) or tuple(f"s{k}" for k in range(len(call.states)))


def step_names(call: RecurrentCall) -> tuple[str, str]:
    """Return the step that is read last, and the others, as text: ``("t = 4", "t = 0…3")``."""
    steps = call.h.shape[1]
    last, rest = (0, (1, steps - 1)) if call.go_backwards else (steps - 1, (0, steps - 2))
    others = "" if steps == 1 else f"t = {rest[0]}" if rest[0] == rest[1] else f"t = {rest[0]}…{rest[1]}"
    return f"t = {last}", others


def name_axes(shape: Sequence[int], words: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes of a shape with their words; without a word where there are fewer words than axes."""
    padded = [*words, *[""] * len(shape)][: len(shape)]
    return tuple((int(n), w) for n, w in zip(shape, padded, strict=True))
