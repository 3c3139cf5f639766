"""Where rows of unusual models stand: two segments, layers that start from each other."""

import numpy as np

from unrolled.diagrams.layout.grids import (
    PASSAGE,
    WIDE_PASSAGE,
    Column,
    make_grid,
)
from unrolled.diagrams.layout.levels import level_decoders
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.layout.row_columns import find_columns
from unrolled.diagrams.rows.parts import Link
from unrolled.diagrams.rows.rows import (
    BoxRow,
    InputRow,
    RecurrentRow,
    VectorRow,
)


def described(key):
    return {"key": key, "name": f"row {key}", "title": f"Row {key}", "axes": ()}


def recurrent(key, segment, encoder=None):
    return RecurrentRow(
        **described(key),
        segment=segment,
        encoder=encoder,
        timesteps=4,
        returns_steps=True,
        state_names=("h",),
    )


def placed(row, middle, xs=(0.0,)):
    columns = [[Column(x, t) for t, x in enumerate(xs)]]
    return PlacedRow(row, middle, 34.0, columns, foot=0.0, padding=0.0)


def leveled(rows, middles):
    """Return the middles of the rows of the second segment after they are leveled."""
    places = {
        row.key: placed(row, middle)
        for row, middle in zip(rows, middles, strict=True)
    }
    second = [place for place in places.values() if place.row.segment]
    level_decoders(second, places, gap=42.0)
    return [place.middle for place in second]


def test_a_decoder_is_level_with_the_encoder_at_its_left():
    rows = [recurrent(0, 0), recurrent(1, 1, encoder=0)]
    assert leveled(rows, [-300.0, -100.0]) == [-300.0]


def test_a_segment_stays_on_the_ground_where_a_layer_starts_from_the_one_under_it():
    rows = [recurrent(0, 0), recurrent(1, 1), recurrent(2, 1, encoder=1)]
    assert leveled(rows, [-50.0, -50.0, -250.0]) == [-50.0, -250.0]


def gap_of(*rows):
    return make_grid(rows, left=0.0, max_steps=8, compact=True).gap


def test_the_segments_stand_apart_where_states_end_and_others_begin_between_them():
    chained = [recurrent(0, 0), recurrent(1, 0, encoder=0)]
    decoder = recurrent(2, 1, encoder=1)
    alone = recurrent(3, 1)
    assert gap_of(recurrent(0, 0), recurrent(2, 1, encoder=0)) == PASSAGE
    assert gap_of(recurrent(0, 0), alone) == WIDE_PASSAGE
    # the first row of the encoder ends in a chip, though the second one starts from its state
    assert gap_of(*chained, decoder, alone) == WIDE_PASSAGE


def test_a_box_that_reads_what_nobody_can_see_is_not_as_wide_as_the_first_row():
    steps = InputRow(
        **described(0),
        timesteps=3,
        returns_steps=True,
        values=(np.zeros((3, 2)),),
    )
    vector = VectorRow(**described(1), values=(np.zeros(2),))
    box = BoxRow(**described(2), links=(Link(1), Link(None)), shapes=("?",))
    places = {
        0: placed(steps, 0.0, xs=(0.0, 92.0, 184.0)),
        1: placed(vector, -100.0, xs=(184.0,)),
    }
    grid = make_grid([steps, vector, box], 0.0, 8, compact=False)
    assert find_columns(box, places, grid) == places[1].columns
    reads_both = BoxRow(**described(3), links=(Link(1), Link(0)), shapes=("?",))
    assert find_columns(reads_both, places, grid) == places[0].columns
