"""Which drawn step of one row moves which drawn step of another, from what was measured on the run.

Rows stand in the order of the data: the column t of a recurrent row is the cell that reads step t,
also where the layer returns its last step first. The arrays of ``call.reach`` count outputs as they
are returned, so that the steps of such a layer are turned round here.
"""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import INSIDE, Node, Reading
from unrolled.diagrams.rows.parts import Connection, Note
from unrolled.traces.cells import Array
from unrolled.traces.reach import compose, fit_reach
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


def connect(
    reader: Node, reading: Reading, source: Node, form: Form, source_form: Form
) -> Connection | None:
    """Return which step of a source moves which step of its reader, as drawn; None if not known."""
    # what has no time axis is drawn as one column
    steps = form.timesteps or 1
    source_steps = 1
    if source_form.returns_steps:
        # a recurrent layer that returns its last step alone reads many and passes on one
        source_steps = source_form.timesteps or 1
    if steps == source_steps == 1:
        # from column to column, whatever was measured
        return Connection(1, 1)
    turned = _returns_last_first(source)
    if _reads_its_own_step(reader, reading):
        if steps == source_steps:
            return Connection(steps, source_steps, turned=turned)
        if 1 not in (steps, source_steps):
            # nobody knows which of the steps meet
            return None
        # a vector meets every step, such as the output of a layer that returns its last one alone
        everything = np.ones((steps, source_steps), dtype=bool)
        return Connection(steps, source_steps, everything)
    measured = _measured(reader, reading)
    # what is measured along steps may be drawn as one vector, or the other way round
    matrix = fit_reach(measured, steps, source_steps)
    if matrix is None:
        # not measured, or along an axis that is not the one that is drawn
        return None
    return Connection(steps, source_steps, matrix, turned)


def describe_connection(
    connection: Connection | None, source: str
) -> list[Note]:
    """Return what is said of an arrow that is not straight: a window, all steps, or not known."""
    if connection is None:
        text = f"may read any step of {source}"
        return [Note(text)]
    window = connection.window
    if window == 0:
        # such as what is multiplied by 0
        text = f"{source} moves nothing that it returns"
        return [Note(text)]
    if connection.steps == 1:
        # that a vector is made of many steps is seen
        return []
    if window == 1:
        # the arrows show which step it is
        return []
    text = f"a step reads up to {window} steps of {source}"
    if connection.reads_all:
        # no window then, but what mixes the whole axis of time
        text = f"every step reads all steps of {source}"
    return [Note(text)]


def _returns_last_first(node: Node) -> bool:
    """Return whether a node passes on its steps from the last to the first."""
    call = node.call
    if not isinstance(call, RecurrentCall):
        # that another layer turns its steps round was measured
        return False
    around = call.parent
    if isinstance(around, RecurrentCall):
        last_cell = around.inside[-1]
        if call is not last_cell:
            # of several cells the last one returns what the layer does, the others pass on each
            # step as they compute it
            return False
        around = around.parent
    if isinstance(around, BidirectionalCall):
        # it turns its backward half round itself
        return False
    # one step alone cannot be turned
    return call.go_backwards and call.return_sequences


def _reads_its_own_step(reader: Node, reading: Reading) -> bool:
    """Return whether each step reads its own one: a cell does, and the merge of two halves."""
    if reading.provenance is not None:
        # operations may mix steps
        return False
    if isinstance(reader.call, RecurrentCall):
        # its cell t reads step t
        return True
    if reading.argument != INSIDE:
        # it comes from outside of the reader, which may do anything with it: that is measured
        return False
    # the merge of both halves
    return isinstance(reader.call, BidirectionalCall)


def _measured(reader: Node, reading: Reading) -> Array | None:
    """Return which output step of a source moves which step of its reader, as measured."""
    # what comes from inside of a layer is not measured, and not in the table
    place = (reader.number, reading.argument)
    made_from = reading.provenance
    if made_from is None:
        # the reader reads what the source returns
        return reader.call.reach.get(place)
    # call() made something of it in between; nothing is there where that was not measured
    stages = dict(enumerate(made_from.reach))
    before = stages.get(reading.source_number)
    if reader.role == "output":
        # no layer comes after the operations
        return before
    if isinstance(reader.call, RecurrentCall):
        # a cell reads its own step of what they make
        return before
    reach = reader.call.reach.get(place)
    # of two stages both have to be known
    if reach is None:
        return None
    if before is None:
        return None
    return compose(reach, before)
