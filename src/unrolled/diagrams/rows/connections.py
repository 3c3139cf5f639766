"""Which drawn step of one row moves which drawn step of another, from what was measured on the run.

Rows stand in the order of the data: the column t of a recurrent row is the cell that reads step t,
also where the layer returns its last step first. The arrays of ``call.reach`` count outputs as they
are returned, so that the steps of such a layer are turned round here.
"""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import Node, Reading
from unrolled.diagrams.rows.parts import Connection, Note
from unrolled.traces.cells import Array
from unrolled.traces.reach import compose, fit_reach
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


def connect(
    reader: Node, reading: Reading, source: Node, form: Form, source_form: Form
) -> Connection | None:
    """Return which step of a source moves which step of its reader, as drawn; None if not known."""
    steps = form.timesteps or 1
    source_steps = 1
    if source_form.returns_steps:
        source_steps = source_form.timesteps or 1
    if steps == source_steps == 1:
        return Connection(1, 1)
    turned = _returns_last_first(source)
    if _reads_its_own_step(reader, reading):
        return _connect_straight(steps, source_steps, turned=turned)
    measured = _measured(reader, reading)
    matrix = fit_reach(measured, steps, source_steps)
    if matrix is None:
        return None
    return Connection(steps, source_steps, matrix, turned)


def _connect_straight(
    steps: int, source_steps: int, *, turned: bool
) -> Connection | None:
    """Return which step moves which where each reads its own one."""
    if steps == source_steps:
        return Connection(steps, source_steps, turned=turned)
    if 1 not in (steps, source_steps):
        # nobody knows which of the steps meet
        return None
    # a vector meets every step
    everything = np.ones((steps, source_steps), dtype=bool)
    return Connection(steps, source_steps, everything)


def describe_connection(
    connection: Connection | None, source: str
) -> Note | None:
    """Return what is said of an arrow that is not straight: a window, all steps, or not known."""
    if connection is None:
        return Note(f"may read any step of {source}")
    window = connection.window
    if window == 0:
        return Note(f"{source} moves nothing that it returns")
    if connection.steps == 1 or window == 1:
        return None
    if connection.reads_all:
        return Note(f"every step reads all steps of {source}")
    return Note(f"a step reads up to {window} steps of {source}")


def _returns_last_first(node: Node) -> bool:
    """Return whether a node passes on its steps from the last to the first.

    Bidirectional turns its backward half round itself. Of several cells in one layer the last one
    returns what the layer does; the others work on the same step.
    """
    call = node.call
    if node.role != "call" or not isinstance(call, RecurrentCall):
        return False
    if not call.go_backwards or not call.return_sequences:
        # there is nothing to turn
        return False
    around = call.parent
    if isinstance(around, RecurrentCall):
        if call is not around.inside[-1]:
            return False
        around = around.parent
    return not isinstance(around, BidirectionalCall)


def _reads_its_own_step(reader: Node, reading: Reading) -> bool:
    """Return whether each step reads its own one: a cell does, and the merge of two halves."""
    if reader.role == "output" or reading.provenance is not None:
        # operations may mix steps
        return False
    if isinstance(reader.call, RecurrentCall):
        return True
    is_inside = reading.argument is None
    return is_inside and isinstance(reader.call, BidirectionalCall)


def _measured(reader: Node, reading: Reading) -> Array | None:
    """Return which output step of a source moves which step of its reader, as measured."""
    before = _through_operations(reading)
    if reader.role == "output" or isinstance(reader.call, RecurrentCall):
        # no layer comes after the operations; a cell reads its own step of what they make
        return before
    if reading.argument is None:
        # what is inside of a layer is not measured
        return None
    reach = reader.call.reach.get((reader.number, reading.argument))
    if reading.provenance is None:
        return reach
    if reach is None or before is None:
        return None
    return compose(reach, before)


def _through_operations(reading: Reading) -> Array | None:
    """Return which step of a source moves which step of a value that ``call()`` made of it."""
    made_from = reading.provenance
    if made_from is None or reading.source_number >= len(made_from.reach):
        return None
    return made_from.reach[reading.source_number]
