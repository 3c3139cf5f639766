"""Where rows of unusual models stand: two segments, layers that start from each other."""

import numpy as np
import pytest
from fakes import chain

from unrolled import draw
from unrolled.diagrams.layout.column_pairs import pair_columns
from unrolled.diagrams.layout.grids import (
    ASIDE,
    PASSAGE,
    WIDE_PASSAGE,
    Column,
    Grid,
    make_grid,
)
from unrolled.diagrams.layout.levels import level_decoders
from unrolled.diagrams.layout.painting import EDGE
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.layout.row_columns import find_columns
from unrolled.diagrams.rows.parts import Link
from unrolled.diagrams.rows.rows import (
    BoxRow,
    InputRow,
    RecurrentRow,
    VectorRow,
)
from unrolled.scenes.shapes import bounds_of


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


def test_what_stands_aside_is_left_of_the_columns_of_its_segment():
    grid = Grid(
        x0=100.0,
        slots=4,
        batches=1,
        max_steps=8,
        bridge=0.0,
        pitch=92.0,
        second=3,
        gap=240.0,
    )
    for segment in (0, 1):
        (columns,) = grid.columns(3, segment)
        left = columns[0].x - grid.pitch / 2
        assert left - grid.aside(segment) == ASIDE


@pytest.mark.parametrize(
    ("ups", "downs", "ends"),
    [
        ((0.0, 92.0, 184.0), (0.0, 92.0), (46.0, 46.0)),
        # one column of each stands over one of the other
        ((0.0, 92.0), (92.0, 184.0), (92.0, 92.0)),
        ((0.0, 92.0), (184.0, 276.0), (46.0, 230.0)),
    ],
)
def test_the_arrow_into_a_box_stands_where_both_have_columns(ups, downs, ends):
    steps = InputRow(**described(0), timesteps=2, returns_steps=True)
    box = BoxRow(**described(1), links=(Link(0),), shapes=("?",))
    source = placed(steps, 0.0, xs=ups)
    place = placed(box, -100.0, xs=downs)
    ((up, down),) = pair_columns(source, place, Link(0), 0)
    assert (up.x, down.x) == ends


@pytest.mark.parametrize(
    "layers", [[("LSTM", 4, False)], [("GRU", 3, True), ("LSTM", 4, False)]]
)
@pytest.mark.parametrize("labels", [None, np.zeros((3, 1)), np.zeros((3, 5))])
def test_the_margin_around_a_picture_is_the_same_on_all_sides(layers, labels):
    scene = draw(chain(0, layers=layers), y=labels).scene
    left, top, right, bottom = bounds_of(scene.shapes)
    sides = [left, top, scene.width - right, scene.height - bottom]
    assert sides == pytest.approx([EDGE] * 4)
