"""Where the arrows between rows go: to the right columns, and never through a box."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
from examples import examples
from fakes import array, input_call, layer_call, recurrent_call, traces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_shapes import text_of
from test_geometry import assert_tidy

from unrolled import draw
from unrolled.diagrams.layout.painting import TALL
from unrolled.scenes.shapes import Box, Line
from unrolled.traces.joined import join
from unrolled.traces.recurrent_calls import BidirectionalCall
from unrolled.traces.trace import Trace

RNG = np.random.default_rng(0)


def frames(scene):
    return [
        s
        for s in scene.shapes
        if isinstance(s, Box) and s.fill == "ground" and s.radius
    ]


def arrows(scene, role="units"):
    return [
        s
        for s in scene.shapes
        if isinstance(s, Line) and s.head and s.stroke == role and not s.dashed
    ]


def bent_arrows(scene, role):
    return [line for line in arrows(scene, role) if len(line.points) > 2]


def arrows_through_boxes(scene):
    """Upright pieces of arrows that run through a box they neither begin nor end at."""
    found = []
    for line in arrows(scene) + arrows(scene, "features"):
        for (x1, y1), (x2, y2) in zip(
            line.points, line.points[1:], strict=False
        ):
            if abs(x1 - x2) > 1:
                continue
            low, high = sorted((y1, y2))
            found += [
                (line, box)
                for box in frames(scene)
                if box.x < x1 < box.x + box.width
                and low < box.y + 1
                and high > box.y + box.height - 1
            ]
    return found


def model_of(inputs, *calls, output=None):
    return Trace(
        "m",
        inputs,
        calls,
        [(output or calls[-1]).outputs[0]],
        [output or calls[-1]],
    )


def test_a_backward_layer_hands_on_its_last_step_first():
    x = input_call("x", array(RNG, 2, 5, 2))
    back = recurrent_call(RNG, "back", x, 3, backwards=True)
    each = layer_call("Dense", "each", [back], array(RNG, 2, 5, 1))
    scene = draw(model_of([x], back, each)).scene
    ups = [
        line
        for line in arrows(scene)
        if len(line.points) == 2 and line.points[0][1] - line.points[1][1] > 20
    ]
    columns = sorted({line.points[0][0] for line in ups})
    assert [
        columns.index(line.points[1][0])
        for line in sorted(ups, key=lambda a: a.points[0][0])
    ] == [4, 3, 2, 1, 0]
    assert_tidy(scene)


def test_within_a_bidirectional_the_backward_half_goes_straight_up():
    x = input_call("x", array(RNG, 2, 4, 2))
    both = BidirectionalCall(
        layer_name="both",
        layer_class="Bidirectional",
        path="both",
        constructor="Bidirectional(LSTM(3))",
        inputs=x.outputs,
        sources=(x,),
        outputs=(array(RNG, 2, 4, 6),),
    )
    halves = [
        replace(recurrent_call(RNG, name, x, 3, backwards=way), parent=both)
        for name, way in (("there", False), ("back", True))
    ]
    scene = draw(model_of([x], both, *halves, output=both)).scene
    assert arrows_through_boxes(scene) == []
    straight = [line.points for line in arrows(scene) if len(line.points) == 2]
    ups = [line for line in straight if abs(line[0][0] - line[-1][0]) < 1]
    assert len(ups) == 4, "one a step, from the half right under the merge"
    assert len(bent_arrows(scene, "units")) == 4, (
        "the forward half passes beside the backward one, in every column"
    )
    assert len(bent_arrows(scene, "features")) == 4
    assert_tidy(scene)


def test_a_skip_passes_beside_the_boxes_in_every_column():
    x = input_call("x", array(RNG, 2, 6, 4))
    first = recurrent_call(RNG, "first", x, 4)
    second = recurrent_call(RNG, "second", first, 4)
    added = layer_call("Add", "add", [x, second], array(RNG, 2, 6, 4))
    scene = draw(model_of([x], first, second, added)).scene
    assert len(bent_arrows(scene, "features")) == 6
    assert arrows_through_boxes(scene) == []
    assert_tidy(scene)


@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(traces(), st.sampled_from([TALL, 0]))
def test_no_arrow_of_any_model_runs_through_a_box(trace, tall):
    with patch("unrolled.diagrams.layout.painting.TALL", tall):
        assert arrows_through_boxes(draw(trace).scene) == []


def test_an_arrow_passes_beside_a_box_that_is_wider_than_its_column():
    x = input_call("x", array(RNG, 2, 5, 2))
    first = recurrent_call(RNG, "first", x, 3)
    turned = layer_call("Permute", "turned", [first], array(RNG, 2, 3, 5))
    last = layer_call("Flatten", "last", [first, turned], array(RNG, 2, 4))
    scene = draw(model_of([x], first, turned, last)).scene
    assert arrows_through_boxes(scene) == []
    assert_tidy(scene)


def test_a_convolution_reads_a_window_of_steps():
    x = input_call("x", array(RNG, 1, 6, 2))
    windows = np.array([[0 <= s - t < 3 for s in range(6)] for t in range(4)])
    conv = layer_call(
        "Conv1D", "conv", [x], array(RNG, 1, 4, 2), reach={(0, 0): windows}
    )
    scene = draw(model_of([x], conv)).scene
    lines = arrows(scene, "features")
    columns = sorted({line.points[0][0] for line in lines})
    reach = sorted(
        (columns.index(line.points[1][0]), columns.index(line.points[0][0]))
        for line in lines
    )
    assert reach == [(t, t + k) for t in range(4) for k in range(3)]


def attention_lines(scene):
    lines = [s for s in scene.shapes if isinstance(s, Line)]
    grey = [s for s in lines if s.stroke == "line"]
    return [s for s in grey if not s.head and not s.dashed]


def test_an_attention_line_is_as_thick_as_its_weight():
    x = input_call("x", array(RNG, 1, 3, 2))
    weights = np.array([[[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.25, 0.25, 0.5]]])
    look = layer_call(
        "Attention", "look", [x, x], array(RNG, 1, 3, 2), attention=weights
    )
    scene = draw(model_of([x], look)).scene
    lines = attention_lines(scene)
    assert len(lines) == np.count_nonzero(weights)
    assert sorted({round((s.weight - 0.4) / 3, 2) for s in lines}) == [
        0.25,
        0.5,
        1.0,
    ]


def test_vectors_that_only_start_a_layer_stand_aside():
    x, start = (
        input_call("x", array(RNG, 2, 4, 2)),
        input_call("start", array(RNG, 2, 3)),
    )
    lstm = recurrent_call(RNG, "lstm", x, 3)
    lstm = replace(lstm, sources=(x, start, start), source_indices=(0, 0, 0))
    scene = draw(model_of([x, start], lstm)).scene
    assert_tidy(scene)
    boxes = sorted({box.x for box in frames(scene) if box.width == 52})
    wires = [
        s
        for s in scene.shapes
        if isinstance(s, Line) and s.stroke in ("h", "c") and len(s.points) == 3
    ]
    assert len(wires) == 2
    assert {w.points[-1][0] for w in wires} == {boxes[1]}, "into the first cell"
    assert all(boxes[0] < w.points[0][0] < boxes[0] + 52 for w in wires), (
        "from the box left of the columns"
    )


def test_the_inside_of_a_wrapper_is_broken_and_not_cut():
    x = input_call("x", array(RNG, 2, 3))
    inside = "RNN([LSTMCell(16), GRUCell(16), SimpleRNNCell(16)]))"
    both = layer_call("Bidirectional", "both", [x], array(RNG, 2, 4))
    both = replace(both, constructor=f"Bidirectional({inside}")
    scene = draw(model_of([x], both)).scene
    texts = [text_of(text).strip() for text in scene.texts()]
    broken = texts[texts.index("Bidirectional(") + 1 :][:3]
    assert inside in " ".join(broken), "a part of the layer cannot be read"
    assert_tidy(scene)


def test_attention_is_drawn_in_every_batch():
    batches = []
    for _ in range(2):
        x = input_call("x", array(RNG, 1, 3, 2))
        weights = np.full((1, 3, 3), 1 / 3)
        look = layer_call(
            "Attention", "look", [x, x], array(RNG, 1, 3, 2), attention=weights
        )
        batches.append(model_of([x], look))
    scene = draw(join(batches)).scene
    lines = attention_lines(scene)
    assert len(lines) == 18, "from each of 3 steps to each, in 2 batches"
    assert_tidy(scene)
