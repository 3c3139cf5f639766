"""The picture of windows: each cell of x and y stands under its row, by coordinates. No Keras."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_geometry import assert_tidy

import unrolled
from unrolled.scenes.shapes import Box, Line
from unrolled.windowing.columns import Column

TABLE = np.random.default_rng(0).normal(size=(60, 2))


def said(text):
    return "".join(span.text for span in text.spans)


def places(scene):
    """Return the left side of each row that is drawn."""
    strip = [
        s for s in scene.shapes if isinstance(s, Box) and s.fill == "sheet"
    ]
    middles = {
        text.x: said(text)
        for text in scene.texts()
        if text.anchor == "middle" and text.y < 50
    }
    return {int(middles[box.x + box.width / 2]): box.x for box in strip}


def lanes(scene, role):
    """Return for each lane of a colour, from above, the left sides of its cells."""
    found = {}
    for box in (
        s
        for s in scene.shapes
        if isinstance(s, Box) and s.stroke == role and s.fill == "ground"
    ):
        found.setdefault(box.y, []).append(box.x)
    return [sorted(found[y]) for y in sorted(found)]


def numbers(scene, left):
    """Return the texts in the cells whose left side this is."""
    return [
        said(t)
        for t in scene.texts()
        if t.anchor == "middle" and left < t.x < left + 34
    ]


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, [[5], [6], [7]]),
        ({"horizon": 3}, [[7], [8], [9]]),
        ({"horizon": 3, "stride": 2}, [[7], [9], [11]]),
        ({"horizon": range(1, 4)}, [[5, 6, 7], [6, 7, 8], [7, 8, 9]]),
        ({"horizon": [1, 4]}, [[5, 8], [6, 9], [7, 10]]),
        (
            {"per_step": True},
            [[1, 2, 3, 4, 5], [2, 3, 4, 5, 6], [3, 4, 5, 6, 7]],
        ),
    ],
)
def test_every_cell_stands_under_its_row(options, labels):
    made = unrolled.windows(TABLE, 5, **options)
    scene = made.draw().scene
    where = places(scene)
    windows = [
        [where[int(start) + t] for t in range(5)] for start in made.starts[:3]
    ]
    assert lanes(scene, "timesteps") == windows
    assert lanes(scene, "targets") == [
        [where[row] for row in rows] for rows in labels
    ]


@pytest.mark.parametrize(
    ("horizon", "rows"), [(1, []), (2, [5]), (4, [5, 6, 7]), ([3, 5], [5, 6])]
)
def test_the_gap_is_dashed_and_the_horizon_reaches_over_it(horizon, rows):
    scene = unrolled.windows(TABLE, 5, horizon=horizon).draw(1).scene
    where = places(scene)
    assert sorted(
        s.x for s in scene.shapes if isinstance(s, Box) and s.dashed
    ) == [where[row] for row in rows]
    window, reach = [s for s in scene.shapes if isinstance(s, Line)]
    assert window.bounds[0::2] == (where[0] + 1, where[4] + 33)
    assert reach.bounds[0::2] == (where[5] + 1, where[4 + np.max(horizon)] + 33)


def test_cells_are_numbered_along_the_axis_of_time():
    scene = unrolled.windows(TABLE, 3, horizon=[1, 2]).draw(1).scene
    where = places(scene)
    assert [numbers(scene, where[row])[1:] for row in range(5)] == [
        ["0"],
        ["1"],
        ["2"],
        ["0"],
        ["1"],
    ]


def test_long_windows_leave_rows_out():
    picture = unrolled.windows(TABLE, 24, horizon=12).draw()
    assert picture.columns[:5] == (
        Column(0, 0),
        Column(1, 1),
        Column(2, 2),
        Column(3, 22),
        Column(23, 23),
    )
    assert [c.text for c in picture.columns[-3:]] == ["37", "…", "59"]
    scene = picture.scene
    where = places(scene)
    assert lanes(scene, "timesteps")[0] == [where[row] for row in (0, 1, 2, 23)]
    assert scene.width < 1000


def test_rows_between_a_window_and_a_far_label_are_left_out_with_a_sign():
    picture = unrolled.windows(TABLE, 3, horizon=40).draw(1)
    gap = next(k for k, column in enumerate(picture.columns) if column.is_gap)
    left = places(picture.scene)[2] + (gap - 2) * 38
    signs = [
        t
        for t in picture.scene.texts()
        if t.anchor == "middle" and left < t.x < left + 34
    ]
    assert [said(t) for t in signs] == ["…", "…"]  # above, and in the lane of y
    assert signs[1].y > signs[0].y + 50


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        (3, []),
        (2, ["… and 1 more sample"]),
        (1, ["… and 2 more samples"]),
        (9, []),
    ],
)
def test_samples_that_are_not_drawn_are_counted(samples, text):
    texts = [
        said(t)
        for t in unrolled.windows(TABLE[:6], 3).draw(samples).scene.texts()
    ]
    assert [one for one in texts if "more" in one] == text


@pytest.mark.parametrize(
    ("horizon", "text"),
    [(1, "horizon 1"), ([1, 4], "horizon 1 to 4"), ([5, 2], "horizon 2 to 5")],
)
def test_the_horizon_is_said_below_its_bracket(horizon, text):
    texts = [
        said(t)
        for t in unrolled.windows(TABLE, 3, horizon=horizon)
        .draw()
        .scene.texts()
    ]
    assert [one for one in texts if one.startswith("horizon")] == [text]


def test_one_row_that_would_be_left_out_is_drawn():
    assert [c.text for c in unrolled.windows(TABLE[:9], 5).draw().columns] == [
        str(k) for k in range(9)
    ]


def test_windows_that_begin_late_say_so():
    late = unrolled.windows(TABLE, 5).split(0.5)[1]
    assert [c.text for c in late.draw().columns[:4]] == ["0", "…", "30", "31"]


def test_labels_inside_their_window_are_marked():
    scene = unrolled.windows(TABLE, 5, horizon=0).draw().scene
    where = places(scene)
    assert lanes(scene, "warn") == [[where[4]], [where[5]], [where[6]]]
    assert any("can copy them" in said(t) for t in scene.texts())
    assert not any(
        "can copy" in said(t)
        for t in unrolled.windows(TABLE, 5).draw().scene.texts()
    )


@pytest.mark.parametrize(
    ("options", "y"),
    [
        ({}, "y (batch 55, targets 2)"),
        ({"horizon": range(1, 7)}, "y (batch 50, horizon 6, targets 2)"),
        ({"per_step": True}, "y (batch 55, timesteps 5, targets 2)"),
    ],
)
def test_shapes_have_the_names_and_colours_of_their_axes(options, y):
    made = unrolled.windows(TABLE, 5, **options)
    texts = {said(t).split(")")[0] + ")": t for t in made.draw().scene.texts()}
    assert y in texts
    assert f"x (batch {len(made)}, timesteps 5, features 2)" in texts
    for text in (
        texts[y],
        texts[f"x (batch {len(made)}, timesteps 5, features 2)"],
    ):
        for span in text.spans:
            word = span.text.split()[-1]
            if word in ("batch", "timesteps", "features", "targets"):
                assert span.role == word


def test_it_shows_itself_and_tells_its_words():
    made = unrolled.windows(
        {"<b>p</b>": TABLE[:, 0], "t\x1b[1m": TABLE[:, 1]}, 5
    )
    html = made._repr_html_()
    assert html == made.draw()._repr_html_()
    assert "<b>" not in html
    root = ET.fromstring(made.draw().svg())
    assert (
        root.find("{http://www.w3.org/2000/svg}title").text
        == "55 windows cut from 60 rows"
    )
    assert root.find("{http://www.w3.org/2000/svg}desc").text == str(
        made
    ).replace("\x1b", "\ufffd")
    assert made.draw().words() == str(made)


@pytest.mark.parametrize("samples", [0, -1, 1.5, True, "3"])
def test_samples_must_be_a_number(samples):
    with pytest.raises(
        ValueError, match="Expected samples to be a whole number of at least 1"
    ):
        unrolled.windows(TABLE, 5).draw(samples)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.integers(1, 60),
    st.one_of(
        st.integers(-40, 40),
        st.lists(st.integers(-9, 40), min_size=1, max_size=9),
    ),
    st.integers(1, 50),
    st.integers(1, 5),
    st.booleans(),
    st.text(max_size=60),
)
def test_any_windows_are_drawn_tidily(
    timesteps, horizon, stride, samples, per_step, name
):
    table = {name: np.arange(2000.0), f"{name} too": np.arange(2000.0)}
    made = unrolled.windows(
        table,
        timesteps,
        horizon=horizon,
        stride=stride,
        per_step=per_step and isinstance(horizon, int),
    )
    scene = made.draw(samples).scene
    assert_tidy(scene)
    where = places(scene)
    drawn = lanes(scene, "timesteps")
    assert len(drawn) == min(samples, len(made))
    for start, cells in zip(made.starts, drawn, strict=False):
        assert {where[int(start)], where[int(start) + timesteps - 1]} <= set(
            cells
        )
