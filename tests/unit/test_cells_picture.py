"""One step of a cell as a picture: nothing overlaps, everything stands in its place."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from cell_calls import KINDS, cell_call, texts
from examples import examples
from fakes import NAMES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_shapes import (
    boxes_of,
    holds,
    lines_of,
    squares_of,
    text_of,
    titled,
)
from test_geometry import assert_tidy, overlap

from unrolled.cell_diagrams.diagram import CellDiagram, draw_cell
from unrolled.cell_diagrams.requests import read_step
from unrolled.diagrams.diagram import Diagram
from unrolled.scenes.colors import PALETTE, THEMES, color, contrast
from unrolled.scenes.pictures import Picture
from unrolled.scenes.shapes import Box, Line, Span, Text


def lines_through_texts(scene):
    """Arrows and wires that run through a text, and not under the frame that it stands in."""
    shapes = list(scene.shapes)
    found = []
    for order, line in enumerate(shapes):
        if (
            not isinstance(line, Line) or line.stroke == "band"
        ):  # the gap under a wire is no line
            continue
        frames = grounds_of(shapes[order:])
        struck = [t for t in scene.texts() if strikes_out(line, t)]
        found += [
            (line, text_of(t))
            for t in struck
            if not inside_any(t.bounds, frames)
        ]
    return found


def grounds_of(shapes):
    return [
        s.bounds for s in shapes if isinstance(s, Box) and s.fill == "ground"
    ]


def strikes_out(line, text):
    return any(
        overlap(around(p, q), text.bounds) for p, q in pairwise(line.points)
    )


def around(p, q):
    """Return the bounds of a piece of a line, with a pixel around it."""
    (x1, y1), (x2, y2) = p, q
    return min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1


def inside_any(bounds, frames):
    return any(inside(bounds, frame) for frame in frames)


def inside(small, large):
    return (
        large[0] <= small[0]
        and large[1] <= small[1]
        and small[2] <= large[2]
        and small[3] <= large[3]
    )


def texts_across_frames(scene):
    """Texts that are neither inside a frame nor outside of it."""
    frames = [
        s.bounds
        for s in scene.shapes
        if isinstance(s, Box) and s.fill in ("ground", "band") and s.radius
    ]
    return [
        (text_of(t), f)
        for t in scene.texts()
        for f in frames
        if overlap(t.bounds, f) and not inside(t.bounds, f)
    ]


def assert_tidy_cell(scene):
    assert_tidy(scene)
    assert lines_through_texts(scene) == []
    assert texts_across_frames(scene) == []


ACTIVATIONS = st.sampled_from(
    [
        "tanh",
        "relu",
        "hard_sigmoid",
        None,
        "a_function_of_ones_own_with_a_name_that_goes_on_and_on",
        "W" * 40,
    ]
)


@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    kind=st.sampled_from(KINDS),
    units=st.one_of(st.integers(1, 10), st.integers(1, 200)),
    features=st.one_of(st.integers(1, 10), st.integers(1, 50)),
    unit=st.one_of(st.none(), st.integers(0, 199)),
    scale=st.sampled_from(
        [1.0, 1e-8, 1e6, 1e30, float("nan"), float("inf"), 0.0]
    ),
    activation=ACTIVATIONS,
    recurrent_activation=ACTIVATIONS,
    name=NAMES,
    flags=st.tuples(*[st.booleans()] * 6),
    t=st.sampled_from([0, 2, -1]),
    timesteps=st.sampled_from([3, 5, 30_000]),
)
def test_any_step_is_drawn_tidily(
    kind,
    units,
    features,
    unit,
    scale,
    activation,
    recurrent_activation,
    name,
    flags,
    t,
    timesteps,
):
    bias, reset_after, backwards, stateful, masked, long = flags
    if timesteps > 5:
        units, features = min(units, 12), min(features, 5)
    with np.errstate(invalid="ignore"):
        rec = cell_call(
            0,
            kind,
            units=units,
            features=features,
            timesteps=timesteps,
            scale=scale,
            bias=bias,
            reset_after=reset_after,
            activation=activation,
            recurrent_activation=recurrent_activation,
            name=name,
            mask=np.arange(timesteps)[None].repeat(2, 0) % 2 == 1
            if masked
            else None,
            backwards=backwards,
            stateful=stateful,
            constructor=f"{kind}(kernel_initializer={'long ' * 60})"
            if long
            else None,
        )
    diagram = draw_cell(rec, t, unit=None if unit is None else unit % units)
    assert_tidy_cell(diagram.scene)
    assert diagram.scene.width < 1300
    assert diagram.scene.height < 1500
    ET.fromstring(diagram.svg())


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_does_not_grow_with_the_layer(kind):
    def size(n, unit=None):
        scene = draw_cell(
            cell_call(kind=kind, units=n, features=n), 2, unit=unit
        ).scene
        return scene.width, scene.height

    for small, large in ((9, 24), (100, 200)):
        assert size(small)[0] == size(large)[0]
        assert abs(size(small)[1] - size(large)[1]) < 30, (
            "the legend may need a line more"
        )
    assert size(100)[0] - size(9)[0] < 50
    assert abs(size(100)[1] - size(9)[1]) < 50, (
        "the legend may need a line more"
    )


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("unit", [None, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_the_squares_hold_the_numbers_of_the_step(kind, unit, values):
    rec = cell_call(kind=kind)
    diagram = draw_cell(rec, 2, sample=1, unit=unit, values=values)
    squares = squares_of(diagram.scene)
    numbers = [t for t in texts(diagram) if re.fullmatch(r"−?\d+\.\d\d", t)]
    assert len(numbers) == (len(squares) if values else 0)
    columns = {"LSTM": 11, "GRU": 9, "SimpleRNN": 5}[kind]
    assert len(squares) == 3 + (
        4 * columns if unit is None else 4 + columns - 1
    ), "one unit still reads all of x and h"
    if values:
        assert numbers_of_step(rec, unit) <= {
            n.replace("−", "-") for n in numbers
        }


def numbers_of_step(rec, unit):
    """Return the numbers that a picture of sample 1 at t = 2 must show, as they are printed."""
    pick = slice(None) if unit is None else slice(unit, unit + 1)
    expected = [
        rec.x[1, 2],
        rec.h[1, 1],
        rec.h[1, 2, pick],
        *(g[1, 2, pick] for g in rec.gates.values()),
    ]
    if rec.layer_class == "LSTM":
        expected += [
            rec.c[1, 1, pick],
            rec.c[1, 2, pick],
            (rec.gates["f"][1, 2] * rec.c[1, 1])[pick],
        ]
    return {f"{v:.2f}".replace("-0.00", "0.00") for a in expected for v in a}


def test_gates_stand_in_the_order_of_the_columns():
    for kind, order in (
        ("LSTM", ["i", "f", "c\u0302", "o"]),
        ("GRU", ["z", "r", "h\u0302"]),
    ):
        scene = draw_cell(cell_call(kind=kind), 2).scene
        names = [
            t
            for t in scene.texts()
            if text_of(t) in order and t.anchor == "end"
        ]
        assert [text_of(t) for t in sorted(names, key=lambda t: t.x)] == order
        assert len({t.y for t in names}) == 1


def test_c_runs_straight_from_left_to_right():
    scene = draw_cell(cell_call(), 2).scene
    columns = titled(scene, "c at t =")
    assert [c.title.split(" =")[1] for c in columns] == [" 1", " 2"]
    left, right = sorted(columns, key=lambda c: c.x)
    middle = left.y + left.height / 2
    level = sorted(
        p
        for p in wires_of(scene, "c")
        if [p[0][1], p[-1][1]] == pytest.approx([middle, middle])
    )
    assert level[0][0][0] == pytest.approx(left.bounds[2])
    assert max(p[-1][0] for p in level) == pytest.approx(right.x)
    for here, there in pairwise(level):
        assert there[0][0] - here[-1][0] <= 0.01 or is_bridged(
            scene, here[-1][0], there[0][0]
        )


def wires_of(scene, state):
    """Return the points of the thick lines of a state."""
    return [
        s.points for s in lines_of(scene) if s.stroke == state and s.weight > 2
    ]


def is_bridged(scene, end, start):
    """Return whether one frame covers the gap between two pieces of a level line."""
    frames = [s.bounds for s in boxes_of(scene) if s.fill == "ground"]
    return any(
        left <= end + 1 and start <= right for left, _, right, _ in frames
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_step_shows_no_gate(kind):
    rec = masked_call(kind)
    diagram, other = draw_cell(rec, 2), draw_cell(rec, 2, sample=1)
    assert_tidy_cell(diagram.scene)
    assert "a masked step is passed over:" in texts(diagram)
    assert "a masked step is passed over:" not in texts(other)
    assert not {"input gate", "update gate", "nan", "tanh"} & set(
        texts(diagram)
    )
    assert "passed over, no gate is computed" in diagram.words()
    assert "nan" not in diagram.words()
    assert [s for s in boxes_of(diagram.scene) if s.hatched]
    columns = [s.title for s in titled(diagram.scene, "h at t")]
    assert columns[0].split("[")[1] == columns[1].split("[")[1]


def masked_call(kind):
    """Return a call whose sample 0 is masked at t = 2: no gates, and the states of t = 1."""
    mask = np.ones((2, 5), bool)
    mask[0, 2] = False
    rec = cell_call(kind=kind, mask=mask)
    for gate in rec.gates.values():
        gate[0, 2] = np.nan
    for state in rec.states:
        state[0, 2] = state[0, 1]
    return rec


@pytest.mark.parametrize(
    ("ending", "unit"), [("svg", 2), ("png", None), ("pdf", 2), ("html", None)]
)
def test_a_step_is_saved_like_any_picture(tmp_path, ending, unit):
    paths = [
        draw_cell(cell_call(), 2, unit=unit).save(tmp_path / f"{k}.{ending}")
        for k in range(2)
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert isinstance(draw_cell(cell_call(), 2), Picture)
    assert issubclass(Diagram, Picture)
    assert "CellDiagram of lstm: t = 2, sample 0" in repr(
        draw_cell(cell_call(), 2)
    )


def test_figure_draws_on_the_readers_own_axes():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6))
    assert draw_cell(cell_call(), 2).figure(figure.add_subplot()) is figure
    assert {"input gate", "LSTM(4, return_sequences=False)"} <= {
        t.get_text() for t in figure.axes[0].texts
    }


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_what_it_stands_on(theme):
    for kind in KINDS:
        scene = draw_cell(
            cell_call(kind=kind, units=3, features=2), 2, unit=1
        ).scene
        assert isinstance(
            scene,
            type(
                CellDiagram(
                    read_step(cell_call(), 2, 0, None), numbers=True
                ).scene
            ),
        )
        for text in scene.texts():
            ground = color(fill_under(text, scene), theme)
            contrasts = [
                contrast(color(span.role, theme), ground) for span in text.spans
            ]
            assert min(contrasts) >= 4.5, text


def fill_under(text, scene):
    """Return the role of what a text stands on: of the last box painted under its middle."""
    left, top, right, bottom = text.bounds
    filled = [s for s in boxes_of(scene) if s.fill in PALETTE]
    under = [
        s.fill
        for s in filled
        if holds(s, (left + right) / 2, (top + bottom) / 2)
    ]
    return under[-1] if under else "ground"


def test_an_index_stands_lower_and_the_rest_does_not():
    text = Text(
        10,
        20,
        (
            Span("h", "h", 13),
            Span("t", "h", 11, drop=3.0),
            Span(" = ", "soft", 13),
        ),
    )
    assert text.bounds[1] == pytest.approx(20 - 0.76 * 13)
    assert text.bounds[3] == pytest.approx(20 + 3 + 0.22 * 11)
    root = ET.fromstring(draw_cell(cell_call(), 2).svg())
    shifts = [
        [float(s.get("dy", 0)) for s in e.findall("{*}tspan")]
        for e in root.findall(".//{*}text")
    ]
    lowered = [s for s in shifts if any(s)]
    assert lowered
    assert all(
        set(s) <= {0.0, 3.0, -3.0}
        and min(np.cumsum(s)) >= 0
        and max(np.cumsum(s)) == 3
        for s in lowered
    )
