"""The row of labels above each output: the shape y must have, or the y that was given and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unrolled.rows import Row, name_axes
from unrolled.traces import Trace


def add_labels(trace: Trace, rows: list[Row], shown: Mapping[int, Row | None], ys: Sequence[Any] | None) -> list[Row]:
    """Return the rows with a row of labels above each output of the model.

    ys: per batch the labels, an array, or a list of arrays where the model has several outputs; or None.
    """
    rows = list(rows)
    for number, (array, source) in enumerate(zip(trace.outputs, trace.output_sources, strict=True)):
        output = None if source is None else shown.get(id(source))
        if output is None or not output.arrays or output.arrays[0].shape != array.shape:
            continue
        output.notes.insert(0, ("the model's output", "targets"))
        many = len(trace.outputs) > 1 and ys is not None
        given = [y[number] for y in ys or ()] if many and isinstance((ys or [None])[0], (list, tuple)) else ys
        rows.insert(rows.index(output) + 1, _label_row(output, given))
    return rows


def _label_row(output: Row, ys: Sequence[Any] | None) -> Row:
    wanted = (*output.axes[:-1], (output.axes[-1][0], "targets"))
    shape = tuple(n for n, _ in output.axes)
    ids_fit = len(shape) > 1 and shape[-1] > 1 and output.call.config.get("activation") == "softmax"
    row = Row("labels", "Labels y", wanted, output.calls, below=[output])
    row.timesteps = output.axes[1][0] if output.returns_steps else None
    if ys is None:
        row.details.append("the shape y must have")
        if ids_fit:
            row.details.append("(one-hot; or class ids, one axis less)")
        return row
    arrays = tuple(np.asarray(y) for y in ys)
    row.arrays = arrays
    came = arrays[0].shape
    as_ids = ids_fit and arrays[0].dtype.kind in "iu" and came in (shape[:-1], (*shape[:-1], 1))
    row.fits = came == shape or as_ids or (came == shape[:-1] and shape[-1] == 1 and len(came) == 1)
    timed = len(came) == 3 or (len(came) == 2 and output.returns_steps and came[1] == shape[1])
    row.axes = name_axes(came, ("batch", "timesteps", "targets") if timed else ("batch", "targets"))
    row.timesteps = came[1] if timed else None
    if row.fits:
        row.details.append("class ids, one per output" if as_ids else "one label for each output value")
    else:
        row.details.append("does not fit the output")
        row.notes.append((f"output {shape}, labels {came}", "warn"))
    return row
