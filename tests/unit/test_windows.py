"""The arrays of windows, against a slow rewrite with loops; what is refused, and how. No Keras."""

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import unrolled

TABLE = np.arange(24.0).reshape(12, 2)


def cut_slowly(
    table, timesteps, horizons, *, several=False, stride=1, per_step=False
):
    """Return the starts, x and y of windows, row by row, as the docstring of windows says it."""
    whole = []
    for start in range(len(table)):
        window, labels = rows_read(
            start, timesteps, horizons, per_step=per_step
        )
        if all(0 <= row < len(table) for row in (*window, *labels)):
            whole.append((start, window, labels))
    starts, x, y = [], [], []
    for start, window, labels in whole:
        if (start - whole[0][0]) % stride:
            continue
        starts.append(start)
        x.append([table[row] for row in window])
        rows = [table[row] for row in labels]
        y.append(rows if several or per_step else rows[0])
    return np.array(starts), np.array(x), np.array(y)


def rows_read(start, timesteps, horizons, *, per_step):
    """Return the rows of a window and those of its labels, inside the table or not."""
    window = list(range(start, start + timesteps))
    if per_step:
        return window, [row + horizons[0] for row in window]
    return window, [window[-1] + horizon for horizon in horizons]


HORIZONS = st.one_of(
    st.integers(-12, 12), st.lists(st.integers(-12, 12), min_size=1, max_size=4)
)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.integers(1, 30),
    st.integers(1, 9),
    HORIZONS,
    st.integers(1, 5),
    st.booleans(),
)
def test_arrays_are_those_of_a_slow_rewrite(
    rows, timesteps, horizon, stride, per_step
):
    table = np.arange(rows * 2, dtype="float32").reshape(rows, 2)
    several = isinstance(horizon, list)
    per_step = per_step and not several
    horizons = horizon if several else [horizon]
    starts, x, y = cut_slowly(
        table,
        timesteps,
        horizons,
        several=several,
        stride=stride,
        per_step=per_step,
    )

    def cut():
        return unrolled.windows(
            table, timesteps, horizon=horizon, stride=stride, per_step=per_step
        )

    if not len(starts):
        with pytest.raises(ValueError, match="Expected at least"):
            cut()
        return
    made = cut()
    assert_windows(made, starts, x, y)
    assert made.x.dtype == made.y.dtype == table.dtype
    assert np.array_equal(table[made.label_rows], y)
    assert len(made) == len(starts)
    assert made.horizons == tuple(horizons)


def assert_windows(made, starts, x, y):
    assert np.array_equal(made.starts, starts)
    assert np.array_equal(made.x, x)
    assert np.array_equal(made.y, y)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.integers(4, 40),
    st.integers(1, 6),
    st.integers(-4, 6),
    st.floats(0.01, 0.99),
)
def test_the_sides_of_a_split_share_no_row_and_lose_no_window(
    rows, timesteps, horizon, fraction
):
    table = np.arange(float(rows))
    if rows < timesteps + abs(horizon):
        return
    made = unrolled.windows(table, timesteps, horizon=horizon)
    before, after = sides_of(made, round(rows * fraction))
    if not before or not after:
        with pytest.raises(ValueError, match="windows on both sides"):
            made.split(fraction)
        return
    for side, numbers in zip(
        made.split(fraction), (before, after), strict=True
    ):
        assert_windows(
            side, made.starts[numbers], made.x[numbers], made.y[numbers]
        )
        assert (side.rows, side.horizon, side.note) == (rows, horizon, "")


def sides_of(made, moment):
    """Return which windows end before a row, and which begin at it or later."""
    used = [
        {*window.ravel(), *label}
        for window, label in zip(made.x, made.y, strict=True)
    ]
    before = [k for k, values in enumerate(used) if max(values) < moment]
    after = [k for k, values in enumerate(used) if min(values) >= moment]
    return before, after


def test_the_text_of_too_short_a_series_names_the_least_number_of_rows():
    for timesteps, horizon in [
        (4, 1),
        (4, [1, 3]),
        (2, -5),
        (3, [-4, 2]),
        (2, 0),
    ]:
        with pytest.raises(ValueError, match="Expected at least") as caught:
            unrolled.windows(TABLE[:1], timesteps, horizon=horizon)
        least = int(str(caught.value).split()[3])
        made = unrolled.windows(
            np.zeros((least, 1)), timesteps, horizon=horizon
        )
        assert len(made) == 1
        with pytest.raises(ValueError, match="Expected at least"):
            unrolled.windows(
                np.zeros((least - 1, 1)), timesteps, horizon=horizon
            )


@pytest.mark.parametrize(
    "targets", [1, "b", [1], ["b"], -1, np.int64(1), np.array([1])]
)
def test_columns_are_meant_by_name_and_by_number(targets):
    made = unrolled.windows(
        {"a": TABLE[:, 0], "b": TABLE[:, 1]}, 3, targets=targets, features="a"
    )
    assert (made.feature_names, made.target_names) == (("a",), ("b",))
    assert np.array_equal(
        made.x[..., 0], np.stack([TABLE[k : k + 3, 0] for k in range(9)])
    )
    assert np.array_equal(made.y[:, 0], TABLE[3:, 1])


def test_chosen_columns_keep_their_order():
    made = unrolled.windows(TABLE, 3, features=[1, 0, 1])
    assert np.array_equal(made.x[0], TABLE[:3][:, [1, 0, 1]])
    assert made.feature_names == ("column 1", "column 0", "column 1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"horizon": np.array(2)}, {"horizon": 2}),
        ({"horizon": np.int8(2)}, {"horizon": 2}),
        ({"horizon": np.array([1, 2])}, {"horizon": [1, 2]}),
        ({"horizon": range(1, 3)}, {"horizon": (1, 2)}),
        ({"stride": np.uint8(2)}, {"stride": 2}),
        ({"timesteps": np.uint8(3)}, {"timesteps": 3}),
        (
            {"timesteps": np.array(3), "horizon": -1},
            {"timesteps": 3, "horizon": -1},
        ),
    ],
)
def test_numbers_of_numpy_are_numbers(one, other):
    first, second = (
        unrolled.windows(TABLE, **({"timesteps": 3} | kind))
        for kind in (one, other)
    )
    assert str(first) == str(second)
    assert np.array_equal(first.y, second.y)
    assert first.horizon == second.horizon
    assert first.draw(np.int64(2)).svg() == second.draw(2).svg()


DATES = np.arange("2026-01-01", "2026-01-13", dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("series", "error", "text"),
    [
        (
            {"a": [1, 2, 3], "b": [1, 2]},
            ValueError,
            "same length, got a: 3, b: 2 rows. Fix: ",
        ),
        ({}, ValueError, "at least one column in the dict, got none"),
        (
            {"a": TABLE, "b": TABLE},
            ValueError,
            r"shape \(12, 2\) in the column 'a'",
        ),
        (
            {"x": TABLE[:, 0], "day": DATES},
            TypeError,
            r"datetime64\[D\] in the column 'day'. Fix",
        ),
        (
            {"x": TABLE[:, 0], "w": ["a"] * 12},
            TypeError,
            "<U1 in the column 'w'. Fix: leave",
        ),
        (
            [[1, 2], [3]],
            ValueError,
            "rows of different lengths. Fix: the same columns",
        ),
        (
            DATES,
            TypeError,
            r"Expected a series of numbers, got dtype datetime64\[D\]. Fix",
        ),
        (None, TypeError, "Expected a series of numbers, got dtype object"),
        (3.0, ValueError, r"shape \(rows, features\), got shape \(\)"),
        (
            np.zeros((3, 4, 2)),
            ValueError,
            r"got shape \(3, 4, 2\). Fix: one row per moment",
        ),
        (
            np.zeros((9, 0)),
            ValueError,
            r"at least one column, got shape \(9, 0\)",
        ),
        (
            np.array([[1.0, 2], [3, np.nan]]),
            ValueError,
            "1 NaN .* in row 1, column 1. Fix: fill",
        ),
        (TABLE.astype(complex), TypeError, "got dtype complex128"),
    ],
)
def test_a_series_that_is_none_is_refused(series, error, text):
    with pytest.raises(error, match=text):
        unrolled.windows(series, 1)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"timesteps": 0},
            "timesteps to be a whole number of at least 1, got 0",
        ),
        ({"timesteps": True}, "timesteps to be a whole number"),
        ({"timesteps": "3"}, "got '3'"),
        ({"stride": 0}, "stride to be a whole number of at least 1, got 0"),
        ({"horizon": 1.5}, "Expected horizon as whole rows"),
        ({"horizon": []}, "Expected horizon as whole rows"),
        ({"horizon": None}, "Expected horizon as whole rows"),
        ({"horizon": "12"}, "Expected horizon as whole rows"),
        ({"horizon": [1, True]}, "Expected horizon as whole rows"),
        ({"horizon": np.zeros((2, 2), int)}, "Expected horizon as whole rows"),
        (
            {"horizon": [1], "per_step": True},
            "Expected one horizon with per_step=True",
        ),
        (
            {"targets": "c"},
            "targets among the 2 columns column 0, column 1, got 'c'. Fix: a name",
        ),
        ({"targets": 2}, "got 2. Fix: a name, or a number from 0 to 1"),
        ({"targets": -3}, "got -3"),
        ({"features": 0.5}, "features among the 2 columns"),
        ({"features": [True]}, "features among the 2 columns"),
        ({"features": []}, "at least one column in features, got none"),
    ],
)
def test_arguments_out_of_range_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        unrolled.windows(TABLE, **({"timesteps": 3} | options))


@pytest.mark.parametrize(
    "fraction", [0, 1, 1.5, -0.5, "x", None, np.nan, [0.5], True]
)
def test_a_split_needs_a_number_between_0_and_1(fraction):
    with pytest.raises(
        ValueError, match="Expected fraction to be a number between 0 and 1"
    ):
        unrolled.windows(TABLE, 3).split(fraction)


def test_a_split_takes_numbers_of_numpy():
    early, late = unrolled.windows(TABLE, 2).split(np.float32(0.5))
    assert (early.label_rows.max(), late.starts.min()) == (5, 6)


def test_control_characters_of_names_are_replaced():
    evil = "tem\x1b[31mp\u202e\r\n\x00"
    made = unrolled.windows({evil: TABLE[:, 0], "b": TABLE[:, 1]}, 3)
    clean = "tem\ufffd[31mp\ufffd\ufffd\ufffd\ufffd"
    picture = made.draw()
    for text in (str(made), picture.words(), picture.svg()):
        assert clean in text
        assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert made.feature_names[0] == evil
    with pytest.raises(ValueError, match="among the 2 columns") as caught:
        unrolled.windows({evil: TABLE[:, 0], "b": TABLE[:, 1]}, 3, targets="c")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "sample 0: x from rows 0 to 2, y from row 3"),
        ({"horizon": [1, 3]}, "sample 0: x from rows 0 to 2, y from rows 3, 5"),
        ({"horizon": [1, 2]}, "sample 0: x from rows 0 to 2, y from rows 3, 4"),
        (
            {"horizon": range(1, 5)},
            "sample 0: x from rows 0 to 2, y from rows 3 to 6",
        ),
        (
            {"per_step": True},
            "sample 8: x from rows 8 to 10, y from rows 9 to 11",
        ),
        ({"horizon": -4}, "sample 0: x from rows 2 to 4, y from row 0"),
    ],
)
def test_its_text_says_which_rows_became_what(options, text):
    assert text in str(unrolled.windows(TABLE, 3, **options)).splitlines()


@pytest.mark.parametrize(
    ("rows", "shown"),
    [(4, ["0"]), (5, ["0", "1"]), (6, ["0", "1", "2"]), (9, ["0", "1", "5"])],
)
def test_its_text_shows_the_first_two_samples_and_the_last(rows, shown):
    lines = str(unrolled.windows(TABLE[:rows], 3)).splitlines()
    samples = [line for line in lines if line.startswith("sample")]
    assert [line.split()[1].rstrip(":") for line in samples] == shown


@pytest.mark.parametrize(
    ("horizon", "targets", "peeks"),
    [
        (1, None, False),
        (0, None, True),
        (-2, None, True),
        (-3, None, False),
        ([1, 0], None, True),
        (0, [1], False),
    ],
)
def test_labels_inside_their_window_are_noticed(horizon, targets, peeks):
    made = unrolled.windows(
        TABLE, 3, horizon=horizon, targets=targets, features=[0]
    )
    pairs = zip(made.x, made.y, strict=True)
    inside = any(
        {*window.ravel()} & {*labels.ravel()} for window, labels in pairs
    )
    assert made.peeks is inside is peeks
    assert ("can copy them. Fix: horizon=1." in str(made)) is peeks


def test_a_series_of_one_axis_is_said_to_get_a_second_one():
    made = unrolled.windows(TABLE[:, 0], 3)
    assert made.x.shape == (9, 3, 1)
    assert "(rows 12, features 1)" in made.note
    assert str(made).endswith(made.note)
    assert unrolled.windows(TABLE, 3).note == ""


def test_a_tensor_that_has_to_be_detached_is_read():
    class Tensor:
        def detach(self):
            return self

        def cpu(self):
            return TABLE

    assert np.array_equal(
        unrolled.windows(Tensor(), 3).x, unrolled.windows(TABLE, 3).x
    )
