"""The row of labels above each output: the shape y must have, or the y that was given and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unrolled.diagrams.rows.axes import name_axes
from unrolled.diagrams.rows.flows import Flow
from unrolled.diagrams.rows.rows import Link, Row, state_names
from unrolled.diagrams.rows.segments import split_segments
from unrolled.model_io.loss_shapes import pair_by_class, pair_by_value
from unrolled.model_io.nested import called
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array

_CLASSES = ("softmax",)


def add_labels(
    trace: Trace,
    flow: Flow,
    ys: Sequence[Sequence[Any]] | None,
    aligned: Mapping[int, str] | None = None,
) -> list[Row]:
    """Return the rows of a flow with a row of labels above each output of the model.

    ys: per batch the labels, a list of one array for each output; or None. aligned: by the number of an output, the
    name of a loss that pairs it with its labels in a way of its own.
    """
    many = len(trace.outputs) > 1
    for number, (source, part) in enumerate(
        zip(trace.output_sources, trace.output_indices, strict=True)
    ):
        link = flow.find(source, part)
        output = link.row if link.row is not None and link.row.arrays else flow.add_output(number)
        key = called(trace.output_paths[number])
        text = f"the model's output {key or number}" if many else "the model's output"
        if link.is_state:
            names = state_names(output)
            output.notes.append((f"final state {names[link.part - 1]}: {text}", "targets"))
            continue
        output.notes.insert(0, (text, "targets"))
        if (
            many
            and output.call.layer_name
            and f"name={output.call.layer_name!r}" not in output.details
        ):
            output.details.insert(0, f"name={output.call.layer_name!r}")
        given = None if ys is None else [y[number] for y in ys]
        title = f"Labels y for {trace.output_names[number]}" if many else "Labels y"
        flow.rows.insert(
            flow.rows.index(output) + 1,
            _label_row(output, title, given, (aligned or {}).get(number, "")),
        )
    _note_unread(flow.rows)
    split_segments(flow.rows)
    return sorted(flow.rows, key=lambda row: row.segment)


def _note_unread(rows: Sequence[Row]) -> None:
    """Say of a row that nothing reads it, where that is so: only its states go on, or its work is lost."""
    links = [link for row in rows for link in (*row.links, *row.starts)]
    if any(link.row is None for link in links):
        return  # whatever was made in call() may have been made of any row
    read = {id(link.row) for link in links if not link.is_state} | {
        id(m) for row in rows for m in row.masks
    }
    states = {id(link.row) for link in links if link.is_state}
    for row in rows:
        if row.kind != "labels" and id(row) not in read and row.arrays:
            row.notes.append(
                (
                    "only its final state is read" if id(row) in states else "read by no layer",
                    "soft",
                )
            )


def _label_row(output: Row, title: str, ys: Sequence[Any] | None, aligned: str) -> Row:
    shape = tuple(n for n, _ in output.axes)
    axes = (*output.axes[:-1], (output.axes[-1][0], "targets")) if len(shape) > 1 else output.axes
    row = Row("labels", title, axes, output.calls, links=[Link(output)])
    row.timesteps = output.axes[1][0] if output.returns_steps else None
    classes = len(shape) > 1 and shape[-1] > 1 and output.kind != "plain"
    if ys is None:
        row.details.append("the shape y must have")
        if classes and output.call.config.get("activation") in _CLASSES:
            row.details.append("(one-hot; or class ids, one axis less)")
        return row
    arrays = tuple(np.asarray(y) for y in ys)
    came = arrays[0].shape
    row.arrays = arrays if output.kind != "plain" or len(came) <= 2 else ()
    as_ids = classes and pair_by_class(came, shape) and all(_are_ids(a, shape[-1]) for a in arrays)
    row.fits = bool(aligned) or as_ids or pair_by_value(came, shape)
    if came != shape:
        timed = len(came) == 3 or (
            len(came) == 2 and output.returns_steps and came[1] == shape[1] and not aligned
        )
        row.axes = name_axes(
            came, ("batch", "timesteps", "targets") if timed else ("batch", "targets")
        )
        row.timesteps = came[1] if timed else None
    if aligned:
        row.details.append(f"paired with the output by the loss {aligned}")
    elif as_ids and came != shape:
        row.ids = True
        row.details.append("class ids: for a sparse loss")
    elif row.fits:
        row.details.append("one label for each output value")
    else:
        row.details.append("does not fit the output")
        row.notes.append((f"output {shape}, labels {came}", "warn"))
    return row


def _are_ids(array: Array, classes: int) -> bool:
    """Tell whether all values are whole numbers that name one of so many classes."""
    return array.size > 0 and bool(
        np.all((array == np.round(array)) & (array >= 0) & (array < classes))
    )
