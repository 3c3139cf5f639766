"""Which drawn step of one row moves which drawn step of another, from what was measured on the run.

Rows stand in the order of the data: the column t of a recurrent row is the cell that reads step t, also
where the layer returns its last step first. The arrays of ``call.reach`` count outputs as they are
returned, so that the steps of such a layer are turned round here.
"""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.rows.axes import Form
from unrolled.diagrams.rows.graph import Node, Reading
from unrolled.traces.calls import BidirectionalCall, RecurrentCall
from unrolled.traces.cells import Array


def connect(
    reader: Node, form: Form, reading: Reading, source: Node, source_form: Form
) -> Array | None:
    """Return which step of a source moves which step of its reader, as drawn; None where not known.

    The array is bool (timesteps of the reader, timesteps of the source), 1 where one has no time.
    """
    steps = form.timesteps or 1
    source_steps = 1
    if source_form.returns_steps:
        source_steps = source_form.timesteps or 1
    if steps == source_steps == 1:
        return np.ones((1, 1), dtype=bool)
    measured = _measured(reader, reading, steps, source_steps)
    if measured is None:
        return None
    fitted = _fit(measured, steps, source_steps)
    if fitted is not None and returns_last_first(source):
        return fitted[:, ::-1]
    return fitted


def returns_last_first(node: Node) -> bool:
    """Return whether a node passes on its steps from the last to the first.

    Bidirectional turns its backward half round itself. Of several cells in one layer the last one returns
    what the layer does; the others work on the same step.
    """
    call = node.call
    if node.role != "call" or not isinstance(call, RecurrentCall):
        return False
    if not call.go_backwards or not call.return_sequences:
        return False
    if isinstance(call.parent, RecurrentCall):
        is_last = call is call.parent.inside[-1]
        return is_last and not isinstance(call.parent.parent, BidirectionalCall)
    return not isinstance(call.parent, BidirectionalCall)


def _measured(reader: Node, reading: Reading, steps: int, source_steps: int) -> Array | None:
    """Return which output step of a source moves which step of its reader, as measured on the run."""
    call = reader.call
    if reader.role == "output":
        return _through_operations(reading)
    if isinstance(call, RecurrentCall):
        return _read_by_cells(reading, steps, source_steps)
    if reading.argument is None:
        return _merged(reader, steps, source_steps)
    inner = call.reach.get((reader.number, reading.argument))
    if reading.provenance is None or inner is None:
        return inner
    before = _through_operations(reading)
    if before is None or before.shape[0] != inner.shape[1]:
        return None
    joined: Array = (inner.astype(int) @ before.astype(int)) > 0
    return joined


def _read_by_cells(reading: Reading, steps: int, source_steps: int) -> Array | None:
    """Return what the cells of a recurrent layer read: each one its own step."""
    if reading.provenance is not None:
        return _through_operations(reading)
    if source_steps == steps:
        return np.eye(steps, dtype=bool)
    return np.ones((steps, 1), dtype=bool) if source_steps == 1 else None


def _merged(reader: Node, steps: int, source_steps: int) -> Array | None:
    """Return how a Bidirectional puts its halves together: step by step, or one vector of each."""
    if not isinstance(reader.call, BidirectionalCall):
        return None
    if source_steps == steps:
        return np.eye(steps, dtype=bool)
    return np.ones((1, 1), dtype=bool) if source_steps == 1 else None


def _through_operations(reading: Reading) -> Array | None:
    """Return which step of a source moves which step of a value that ``call()`` made of it."""
    made_from = reading.provenance
    if made_from is None or reading.source_number >= len(made_from.reach):
        return None
    return made_from.reach[reading.source_number]


def _fit(measured: Array, steps: int, source_steps: int) -> Array | None:
    """Return a matrix for the axes that are drawn as time; an axis that is not drawn so is one step."""
    fitted = measured
    if fitted.shape[0] != steps:
        if steps != 1:
            return None
        fitted = fitted.any(axis=0, keepdims=True)
    if fitted.shape[1] != source_steps:
        if source_steps != 1:
            return None
        fitted = fitted.any(axis=1, keepdims=True)
    return fitted
