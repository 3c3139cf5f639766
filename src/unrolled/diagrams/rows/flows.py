"""The story a picture tells, row by row, from the bottom up: which calls, in which order, and who reads whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from unrolled.diagrams.rows.axes import name_axes, read_axes, read_input_axes, read_kind
from unrolled.diagrams.rows.captions import write_caption, write_input_caption
from unrolled.diagrams.rows.notes import tell_making, write_notes
from unrolled.diagrams.rows.rows import Link, Row, name_of
from unrolled.diagrams.rows.visibility import find_shown, is_drawn
from unrolled.traces.calls import LayerCall, Provenance, RecurrentCall, Trace

MOST_CALLS = 5  # of one layer that are all drawn


class Flow:
    """The rows of a picture, each input before the first layer that reads it.

    batches: the runs to put side by side, of one model. sample: the one that is drawn.
    """

    def __init__(self, batches: Sequence[Trace], sample: int = 0) -> None:
        self._batches, self._first, self._sample = batches, batches[0], sample
        self.rows: list[Row] = []
        self._made: dict[tuple[int, int], Row] = {}
        for number, call in enumerate(self._first.inputs):
            self._made[id(call), 0] = self._input_row(call, [b.inputs[number] for b in batches])
        drawn = [k for k, c in enumerate(self._first.calls) if is_drawn(c)]
        self._counts = Counter(self._first.calls[k].path for k in drawn)
        self._more: dict[str, Row] = {}
        for k in sorted(drawn, key=lambda k: (_last_inside(self._first, k), -k)):
            self._add(self._first.calls[k], [b.calls[k] for b in batches])
        self.rows[:0] = [row for row in self._made.values() if row not in self.rows]
        _show_names(self.rows)
        _set_aside(self.rows)

    def find(self, call: LayerCall | None, number: int = 0) -> Link:
        """Return the row that shows an output of a call."""
        if call is None:
            return Link(None)
        shown, part = find_shown(call, number)
        row = self._made.get((id(shown), 0))
        if row is None or row in self._more.values():
            return Link(row)
        if part == 0 or row.kind == "recurrent":
            return Link(row, part)
        key = id(shown), part
        if key not in self._made and part < len(shown.outputs):
            self._made[key] = self._part_row(row, part)
            self.rows.append(self._made[key])
        return Link(self._made.get(key, row))

    def add_output(self, number: int) -> Row:
        """Return a new row on top for an output of the model that no layer made."""
        arrays = tuple(b.outputs[number] for b in self._batches)
        shape = arrays[0].shape
        timed = len(shape) == 3
        kind = "steps" if timed else "vector" if 1 <= len(shape) <= 2 else "plain"
        call = LayerCall(layer_name="", layer_class="", path="", constructor="", outputs=arrays[:1])
        words = ("batch", *["timesteps"] * timed, *["features"] * (kind != "plain"))
        row = Row(kind, "Output", name_axes(shape, words), (call,) * len(arrays), arrays=arrays)
        making = self._first.outputs_made_from[number]
        row.details.append(tell_making(making))
        row.timesteps = shape[1] if timed else None
        row.links = [self.find(*source) for source in making.sources] if making else [Link(None)]
        self.rows.append(row)
        return row

    def _add(self, call: LayerCall, calls: Sequence[LayerCall]) -> None:
        """Make the row of a call, after the inputs that it is the first to read."""
        links, starts = self._read(call)
        masks = (
            []
            if call.mask_source is None or call.mask_source in call.sources
            else [self.find(call.mask_source)]
        )
        masks = [m for m in masks if m.row is not None and m.row.kind == "input"]
        for link in [*masks, *links, *starts]:
            if link.row is not None and link.row not in self.rows:
                self.rows.append(link.row)
        if 2 <= call.number < self._counts[call.path] - 1 and self._counts[call.path] > MOST_CALLS:
            self._made[id(call), 0] = self._more_row(call, calls, links)
            return
        row = self._call_row(call, calls, links)
        row.starts, row.masks = starts, [m.row for m in masks if m.row is not None]
        self._made[id(call), 0] = row
        self.rows.append(row)

    def _read(self, call: LayerCall) -> tuple[list[Link], list[Link]]:
        """Return what a call reads, and apart from it what a recurrent one takes as its initial states."""
        numbers = call.source_indices or (0,) * len(call.sources)
        made_from = call.made_from or (None,) * len(call.sources)
        inside = [[link] for link in self._inside(call)]
        parts = inside or [
            self._links(*part) for part in zip(call.sources, numbers, made_from, strict=True)
        ]
        first = 1 if isinstance(call, RecurrentCall) else len(parts)
        return [*chain(*parts[:first])], [*chain(*parts[first:])]

    def _links(
        self, source: LayerCall | None, number: int, making: Provenance | None
    ) -> list[Link]:
        """Return the rows that one input comes from: several where it was made of them in ``call()``."""
        if source is None and making is not None:
            return [self.find(*part) for part in making.sources]
        return [self.find(source, number)]

    def _inside(self, call: LayerCall) -> list[Link]:
        """Return the rows inside a drawn call that nothing else inside it reads: they make what it returns."""
        links = [self.find(c) for c in call.inside]
        found = [link for link in links if link.row is not None and link.row.call is not call]
        read = {id(r) for link in found if link.row is not None for r in link.row.below}
        return [link for link in found if id(link.row) not in read]

    def _input_row(self, call: LayerCall, calls: Sequence[LayerCall]) -> Row:
        trace = self._first
        array = call.outputs[0]
        readers = [c for c in trace.calls if any(s is call for s in c.sources)]
        ids = any(c.layer_class == "Embedding" for c in readers)
        axes, timed = read_input_axes(trace, call, readers, ids=ids)
        title, details = write_input_caption(trace, call, ids=ids, read=bool(readers))
        row = Row(
            "input" if len(axes) <= 6 and array.dtype.kind in "fiub" else "plain",
            title,
            axes,
            tuple(calls),
            details,
            timesteps=axes[1][0] if timed else None,
            arrays=tuple(c.outputs[0] for c in calls),
            ids=ids or array.dtype.kind in "iub",
        )
        if row.kind == "plain":
            row.timesteps = None
        _note_map(row)
        return row

    def _call_row(self, call: LayerCall, calls: Sequence[LayerCall], links: list[Link]) -> Row:
        below = [link.row for link in links]
        kind, timesteps = read_kind(self._first, call, below)
        title, details = write_caption(self._first, call, kind)
        row = Row(
            kind,
            title,
            read_axes(call, kind, below),
            tuple(calls),
            details,
            links=links,
            timesteps=timesteps,
            arrays=tuple(c.outputs[0] for c in calls) if call.outputs else (),
            ids=kind == "steps" and call.outputs[0].dtype.kind in "iub",
        )
        row.passes = kind in ("steps", "vector") and not call.weights.count and _is_unchanged(call)
        row.notes += write_notes(call, kind, _names(links), self._sample)
        if row.passes:
            row.notes.insert(0, ("passes its input unchanged", "ink"))
        _note_map(row)
        return row

    def _more_row(self, call: LayerCall, calls: Sequence[LayerCall], links: list[Link]) -> Row:
        """Return the one row for the calls in the middle of very many calls of one layer."""
        if call.path not in self._more:
            left_out = self._counts[call.path] - 3
            row = Row(
                "plain",
                f"… {left_out} more calls of {call.layer_name}",
                (),
                tuple(calls),
                links=links,
            )
            row.details.append("same layer, same weights")
            self._more[call.path] = row
            self.rows.append(row)
        return self._more[call.path]

    def _part_row(self, owner: Row, part: int) -> Row:
        """Return a row for a further output of a layer that has several."""
        calls = [_with_output(c, part) for c in owner.calls]
        row = self._call_row(calls[0], calls, [])
        row.title, row.details, row.passes = f"output {part} of {owner.call.layer_name}", [], False
        row.notes = [(f"made by the same call as the row of {name_of(owner)}", "soft")]
        weights = owner.call.attention
        if weights is not None and weights.shape == calls[0].outputs[0].shape:
            words = ("batch", *["heads"] * (weights.ndim == 4), "timesteps", "timesteps")
            row.kind, row.timesteps = ("vector" if weights.ndim == 3 else "plain"), None
            row.axes = name_axes(weights.shape, words)
        return row


def _with_output(call: LayerCall, part: int) -> LayerCall:
    return replace(call, outputs=(call.outputs[part],), parent=None, output_mask=None)


def _is_unchanged(call: LayerCall) -> bool:
    """Tell whether a call hands its one input on as it is."""
    if len(call.inputs) != 1 or len(call.outputs) != 1:
        return False
    x, y = call.inputs[0], call.outputs[0]
    return (
        x.shape == y.shape
        and x.dtype == y.dtype
        and np.array_equal(x, y, equal_nan=x.dtype.kind == "f")
    )


def _note_map(row: Row) -> None:
    """Say which part of a map is drawn, where it has more than one."""
    if row.is_map and len(row.column) == 4:
        row.notes.append((f"drawn: plane {row.column[0] // 2} of {row.column[0]}", "soft"))
    if row.is_map and len(row.column) >= 3 and row.column[-1] > 1:
        row.notes.append(
            (f"drawn: {row.axes[-1][1].removesuffix('s') or 'part'} 0 of {row.column[-1]}", "soft")
        )


def _names(links: Sequence[Link]) -> list[str]:
    """Return the names of the layers read, each once; of one that was called several times with the number."""
    return list(dict.fromkeys(name_of(link.row) for link in links if link.row is not None))


def _show_names(rows: Sequence[Row]) -> None:
    """Add its name to each layer that another row mentions by name."""
    mentioned = [
        link.row
        for row in rows
        for link in (*row.starts, *(row.links if len(row.links) > 1 else ()))
    ]
    for row in {id(r): r for r in mentioned if r is not None}.values():
        if row.kind != "input" and row.call.layer_name:
            row.details.insert(0, f"name={row.call.layer_name!r}")


def _set_aside(rows: Sequence[Row]) -> None:
    """Mark the vectors that only give initial states, and what only they read: they stand left of the columns."""
    if any(len(row.calls) > 1 for row in rows):
        return
    given = {
        id(link.row)
        for row in rows
        for link in row.starts
        if not link.is_state and not _is_backward(row)
    }
    read = {
        id(r)
        for row in rows
        for r in (*row.below, *row.masks)
        if r is not None and row.call.path != r.call.path
    }
    for row in reversed(rows):
        takers = [r for r in rows if row in r.below]
        alone = id(row) in given and id(row) not in read
        row.aside = row.kind in ("vector", "input") and row.timesteps is None and len(row.axes) == 2 and (
            alone or (bool(takers) and id(row) not in given and all(t.aside for t in takers))
        )  # fmt: skip


def _is_backward(row: Row) -> bool:
    return isinstance(row.call, RecurrentCall) and row.call.go_backwards


def _last_inside(trace: Trace, place: int) -> int:
    """Return the place of the last call inside the one at ``place``: a wrapper stands above what it wraps."""
    todo, inside = list(trace.calls[place].inside), set[int]()
    while todo:
        inner = todo.pop()
        inside.add(id(inner))
        todo += inner.inside
    return max(k for k, c in enumerate(trace.calls) if k == place or id(c) in inside)
