"""Nothing in a picture overlaps or leaves its place, whatever the model."""

import re
from collections import Counter
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from examples import examples
from fakes import array, chain, input_call, recurrent_call, traces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_shapes import boxes_of, holds, lines_of, squares_of

from unrolled import draw
from unrolled.diagrams.layout.painting import ROOMY, TALL
from unrolled.scenes.shapes import Box, Line, Text, Tiles
from unrolled.traces.joined import join
from unrolled.traces.trace import Trace

ROOM = 0.01


def overlap(a, b):
    return (
        min(a[2], b[2]) - max(a[0], b[0]) > ROOM
        and min(a[3], b[3]) - max(a[1], b[1]) > ROOM
    )


def texts_that_overlap(scene):
    texts = [
        (t.bounds, "".join(s.text for s in t.spans)) for t in scene.texts()
    ]
    return [(a, b) for a, b in combinations(texts, 2) if overlap(a[0], b[0])]


def shapes_outside(scene):
    return [
        s
        for s in scene.shapes
        if s.bounds[0] < -ROOM
        or s.bounds[1] < -ROOM
        or s.bounds[2] > scene.width + ROOM
        or s.bounds[3] > scene.height + ROOM
    ]


def numbers_outside_their_box(scene):
    """Texts whose middle lies in a square of values, but that reach beyond it."""
    wrong = []
    for text in scene.texts():
        left, top, right, bottom = text.bounds
        around = [
            b
            for b in squares_of(scene)
            if holds(b, (left + right) / 2, (top + bottom) / 2)
        ]
        wrong += [
            (text, box)
            for box in around
            if left < box.bounds[0] - ROOM or right > box.bounds[2] + ROOM
        ]
    return wrong


def boxes_that_overlap(scene):
    """Frames that lie on each other; sheets lie behind their frame on purpose."""
    frames = [
        s.bounds
        for s in scene.shapes
        if isinstance(s, Box) and s.fill == "ground" and s.radius
    ]
    return [(a, b) for a, b in combinations(frames, 2) if overlap(a, b)]


def assert_tidy(scene):
    assert texts_that_overlap(scene) == []
    assert shapes_outside(scene) == []
    assert numbers_outside_their_box(scene) == []
    assert boxes_that_overlap(scene) == []
    assert min(span.size for text in scene.texts() for span in text.spans) >= 11


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    traces(),
    st.integers(3, 12),
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from([TALL, 0]),
)
def test_any_model_is_drawn_tidily(trace, max_steps, max_units, values, tall):
    with patch("unrolled.diagrams.layout.painting.TALL", tall):
        scene = draw(
            trace, max_steps=max_steps, max_units=max_units, values=values
        ).scene
    assert_tidy(scene)
    assert scene.width < 8000


def said(scene):
    """All words of a picture, and how often: commas and semicolons only tell them apart."""
    return Counter(
        w
        for t in scene.texts()
        for w in re.split(r"[,;\s]+", "".join(s.text for s in t.spans))
        if w
    )


@pytest.mark.parametrize("units", [4, 40])
def test_a_picture_of_many_rows_is_dense_and_says_the_same(units):
    trace = chain(0, layers=[("LSTM", units, k % 2 == 1) for k in range(12)])
    dense = draw(trace).scene
    with patch("unrolled.diagrams.layout.painting.TALL", np.inf):
        loose = draw(trace).scene
    assert_tidy(dense)
    assert loose.height > TALL
    assert dense.height < 0.76 * loose.height
    assert said(dense) == said(loose)


def test_a_picture_of_few_rows_is_not_dense():
    trace = chain(0, layers=[("LSTM", 4, False)] * 7)
    with patch("unrolled.diagrams.layout.painting.TALL", np.inf):
        loose = draw(trace)
    assert 1000 < loose.scene.height < TALL
    assert draw(trace).svg() == loose.svg()


@settings(max_examples=examples(60), deadline=None)
@given(
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=4),
)
def test_any_value_stays_in_its_square(value, ids):
    trace = chain(0)
    trace.calls[0].states[0][...] = value
    y = np.resize(np.array(ids), (3, 1))
    assert_tidy(draw(trace, y=y).scene)


@pytest.mark.parametrize(
    "shape", [(3, 1), (3,), (3, 5), (3, 5, 1), (3, 1, 1), (3, 7, 2), (3, 30)]
)
def test_labels_of_any_shape_are_drawn_tidily(shape):
    assert_tidy(draw(chain(0), y=np.zeros(shape)).scene)


def test_a_column_holds_all_of_its_step():
    scene = draw(chain(1, layers=(("LSTM", 3, False), ("GRU", 2, False)))).scene
    for t in range(5):
        frames = [
            s
            for s in scene.shapes
            if isinstance(s, Box) and s.step == (0, t) and s.radius
        ]
        assert len(frames) == 3, (
            "input, LSTM and GRU each have a box at every step"
        )
        assert len({f.x for f in frames}) == 1
        assert len({f.y for f in frames}) == 3


def crosses(trace, y):
    return sum(
        s.text == "✕" for t in draw(trace, y=y).scene.texts() for s in t.spans
    )


def test_labels_without_output_and_outputs_without_label_are_crossed_out():
    one_output = chain(0)
    assert crosses(one_output, np.zeros((3, 1))) == 0
    assert crosses(one_output, np.zeros((3, 5, 1))) == 4
    rng = np.random.default_rng(0)
    start = input_call("x", array(rng, 3, 5, 2))
    lstm = recurrent_call(rng, "lstm", start, 1)
    five_outputs = Trace("m", [start], [lstm], [lstm.outputs[0]], [lstm])
    assert crosses(five_outputs, np.zeros((3, 5, 1))) == 0
    assert crosses(five_outputs, np.zeros((3, 1))) == 4


def test_arrows_of_backward_layers_run_right_to_left():
    scene = draw(chain(1, layers=(("LSTM", 3, True),))).scene
    wires = [
        s
        for s in scene.shapes
        if isinstance(s, Line) and s.stroke in "hc" and not s.dashed
    ]
    assert wires
    assert all(line.points[-1][0] < line.points[0][0] for line in wires)


def cells_of(scene):
    frames = [
        s for s in boxes_of(scene) if s.stroke == "units" and s.fill == "ground"
    ]
    return [s for s in frames if s.step]


def test_a_decoder_stands_beside_its_encoder_and_takes_its_states():
    rng = np.random.default_rng(0)
    source, target = (
        input_call(name, array(rng, 3, n, 2))
        for name, n in (("source", 5), ("target", 4))
    )
    encoder = recurrent_call(rng, "encoder", source, 3, sequences=False)
    decoder = recurrent_call(rng, "decoder", target, 3, encoder=encoder)
    trace = Trace(
        "m",
        [source, target],
        [encoder, decoder],
        [decoder.outputs[0]],
        [decoder],
    )
    scene = draw(trace).scene
    assert_tidy(scene)
    cells = cells_of(scene)
    assert len({c.y for c in cells}) == 1
    first, last = sorted(cells, key=lambda c: c.x)[4:6]
    crossing = [s for s in lines_of(scene) if s.weight == 2.4]
    assert [(s.stroke, s.points[0][0], s.points[-1][0]) for s in crossing] == [
        ("h", first.bounds[2], last.x),
        ("c", first.bounds[2], last.x),
    ]
    assert "starting from the states that encoder gives" in draw(trace).words()


def test_state_crosses_between_batches_only_if_stateful():
    def crossing(stateful):
        batches = [chain(k, stateful=stateful) for k in range(2)]
        scene = draw(join(batches)).scene
        words = said(scene)
        return "carried" in words, "✕" in words

    assert crossing(True) == (True, False)
    assert crossing(False) == (False, True)


def test_dropped_outputs_are_ghosts_and_kept_ones_are_not():
    def ghosts(*layers):
        scene = draw(chain(0, layers=layers)).scene
        return [
            s
            for s in scene.shapes
            if isinstance(s, Line)
            and s.stroke == "ghost"
            and s.points[0][0] == s.points[1][0]
        ]

    assert len(ghosts(("GRU", 2, False))) == 4
    assert len(ghosts(("GRU", 2, False), ("GRU", 2, False))) == 4, (
        "only the last layer drops outputs"
    )


def test_masked_steps_are_hatched():
    trace = chain(3, mask=True)
    scene = draw(trace).scene
    hatched = {s.step for s in scene.shapes if isinstance(s, Box) and s.hatched}
    assert hatched == {
        (0, int(t)) for t in np.flatnonzero(~trace.calls[0].mask[0])
    }


def test_long_sequences_give_pictures_of_the_same_size():
    short, long = (draw(chain(0, timesteps=n)).scene for n in (1_000, 100_000))
    assert long.height == short.height
    assert long.width - short.width < 50, (
        "room for the digits of the step numbers, no more"
    )
    words = " ".join(
        s.text
        for t in draw(chain(0, timesteps=10_000)).scene.texts()
        for s in t.spans
    )
    assert "t = 0 t = 1 t = 2 9995 more t = 9998 t = 9999" in words


def test_a_wide_picture_has_all_its_words_at_the_left():
    def rightmost_text(timesteps):
        scene = draw(chain(0, timesteps=timesteps)).scene
        columns = max(
            s.bounds[2] for s in scene.shapes if isinstance(s, Box) and s.step
        )
        return max(t.left for t in scene.texts()) > columns + 100, scene.width

    assert rightmost_text(5)[0]
    beside, width = rightmost_text(8)
    assert not beside
    assert width <= ROOMY


def test_texts_and_lines_know_their_bounds():
    assert Text(10, 20, (), "start").left == 10
    assert Line(((5, 1), (2, 9)), "h").bounds == (2, 1, 5, 9)


def test_tiles_without_a_value_have_no_runs():
    for levels in [(), ((),), ((), ())]:
        assert list(Tiles(0, 0, 30, 10, levels).runs()) == []
