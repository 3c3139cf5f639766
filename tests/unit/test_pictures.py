"""The SVG, the words and the files that come out of a scene."""

import os
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from examples import examples
from fakes import chain, traces
from hypothesis import HealthCheck, given, settings
from matplotlib.figure import Figure

from unrolled import draw
from unrolled.plain_text import printable, printable_line
from unrolled.scenes.colors import (
    AXES,
    LEVELS,
    PALETTE,
    THEMES,
    color,
    contrast,
    level_color,
)
from unrolled.scenes.fonts import text_width
from unrolled.scenes.glyphs import draw_stack, format_value
from unrolled.scenes.numerals import full_color, write_number
from unrolled.scenes.shapes import Box, Text
from unrolled.scenes.sizes import USUAL
from unrolled.traces.trace import Trace

SVG = "{http://www.w3.org/2000/svg}"


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(traces())
def test_svg_is_well_formed_and_escaped_whatever_the_names(trace):
    diagram = draw(trace)
    root = ET.fromstring(diagram.svg())
    assert root.tag == f"{SVG}svg"
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "path", "polygon", "g", "text", "tspan",
    }  # fmt: skip
    assert diagram.svg() == draw(trace).svg()


@pytest.mark.parametrize(
    "name",
    [
        '"><script>alert(1)</script>',
        "</style><b>",
        "a&b<c>'d\"",
        "\x00\x1b[1mred",
        "𝔘☃\u0301" * 20,
    ],
)
def test_hostile_names_stay_text(name):
    diagram = draw(chain(0, name=name))
    root = ET.fromstring(diagram.svg())
    assert all(
        "script" not in e.tag and e.tag != f"{SVG}b" for e in root.iter()
    )
    visible = "".join(
        c if c.isprintable() or c in "\n\t" else "\ufffd" for c in name
    )
    assert root.find(f"{SVG}title").text.startswith(visible)
    assert "<script" not in diagram._page()


def test_svg_tells_its_story_to_a_screen_reader():
    diagram = draw(chain(0))
    root = ET.fromstring(diagram.svg())
    assert root.get("role") == "img"
    assert (
        root.find(f"{SVG}title").text
        == "model: LSTM(4), Dense(1); (batch 3, timesteps 5, features 2) to (batch 3, units 1)"
    )
    assert root.find(f"{SVG}desc").text == diagram.words() == str(diagram)


def test_svg_carries_no_id_and_loads_nothing():
    text = draw(chain(0)).svg()
    root = ET.fromstring(text)
    assert not [e for e in root.iter() if e.get("id") or e.get("href")]
    assert "url(" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_bytes_are_the_same_in_another_process():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "from fakes import chain; from unrolled import draw; "
        "print(draw(chain(5)).svg(), end='')"
    )
    here = str(Path(__file__).parent)
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, here],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.decode()
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == draw(chain(5)).svg()


def test_words_name_every_row_from_input_to_labels():
    lines = (
        draw(chain(0, layers=(("LSTM", 4, False),)), y=np.zeros((3, 1)))
        .words()
        .splitlines()
    )
    assert lines == [
        "Data flow of the model model, sample 0 drawn, from input to labels:",
        "- Input data (batch 3, timesteps 5, features 2): x, float32.",
        (
            "- LSTM(4, return_sequences=False), layer 'LSTM_0'; reads t = 0 to 4, "
            "carrying h and c from step to step, "
            "starting from zeros; h at t = 4 is returned, h at t = 0…3 is computed, then dropped; "
            "4·(1·(1+1)+1) = 12 weights; returns (batch 3, units 4)."
        ),
        (
            "- Dense(1), layer 'dense'; 4·1+1 = 5 weights; returns (batch 3, units 1); "
            "the model's output."
        ),
        "- Labels y (batch 3, targets 1): one label for each output value.",
    ]


@pytest.mark.parametrize(
    ("shape", "fits"),
    [
        ((3, 1), True),
        ((3,), True),
        ((3, 5, 1), False),
        ((3, 5), False),
        ((3, 2), False),
    ],
)
def test_labels_that_do_not_fit_are_said_and_marked(shape, fits):
    diagram = draw(chain(0), y=np.ones(shape))
    assert ("does not fit the output" in diagram.words()) is not fits
    assert ("f-warn" in diagram.svg() or "s-warn" in diagram.svg()) is not fits


@pytest.mark.parametrize("ending", ["svg", "PNG", "pdf", "html", "tex"])
def test_save_writes_the_same_whole_file_each_time(tmp_path, ending):
    paths = [draw(chain(0)).save(tmp_path / f"{k}.{ending}") for k in range(2)]
    first, second = (p.read_bytes() for p in paths)
    assert first == second
    starts = {
        "svg": b"<svg",
        "png": b"\x89PNG",
        "pdf": b"%PDF",
        "html": b"<!doctype html>",
        "tex": b"% model: LSTM(4), Dense(1);",
    }
    assert first.startswith(starts[ending.lower()])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f"0.{ending}",
        f"1.{ending}",
    ]


def test_save_refuses_before_it_writes(tmp_path):
    with pytest.raises(
        ValueError,
        match=r"ending in \.svg, \.png, \.pdf, \.html, \.tex; got 'x\.jpg'",
    ):
        draw(chain(0)).save(tmp_path / "x.jpg")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        draw(chain(0)).save(tmp_path / "no" / "x.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_save_leaves_the_old_file(tmp_path, monkeypatch):
    target = draw(chain(0)).save(tmp_path / "x.svg")
    before = target.read_bytes()

    def full(self, other):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        draw(chain(1)).save(target)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.svg"]


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("umask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)]
)
def test_a_new_file_has_the_rights_of_any_new_file(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        target = draw(chain(0)).save(tmp_path / "x.svg")
    finally:
        os.umask(before)
    assert rights(target) == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_an_existing_file_keeps_its_rights(tmp_path, mode):
    target = tmp_path / "x.svg"
    target.write_text("old")
    target.chmod(mode)
    draw(chain(0)).save(target)
    assert rights(target) == mode
    assert target.read_text().startswith("<svg")


def test_through_a_link_its_target_is_written(tmp_path):
    real, link = tmp_path / "folder" / "real.svg", tmp_path / "link.svg"
    real.parent.mkdir()
    link.symlink_to(real)
    for text in ("", "old"):
        if text:
            real.write_text(text)
        assert draw(chain(0)).save(link) == link
        assert link.is_symlink()
        assert real.read_text().startswith("<svg")
    assert sorted(p.name for p in tmp_path.rglob("*")) == [
        "folder",
        "link.svg",
        "real.svg",
    ]
    lost = tmp_path / "lost.svg"
    lost.symlink_to(tmp_path / "gone" / "x.svg")
    with pytest.raises(FileNotFoundError, match="gone' does not exist"):
        draw(chain(0)).save(lost)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        (
            None,
            TypeError,
            r"file name as text or a pathlib\.Path, got None\. Fix: save",
        ),
        (b"", TypeError, r"got b''\. Fix"),
        (b"a.svg", TypeError, r"got b'a\.svg'\. Fix"),
        (3, TypeError, r"got 3\. Fix"),
        (
            "a\0.svg",
            ValueError,
            r"without a NUL character, got 'a\\x00\.svg'\. Fix",
        ),
        ("", ValueError, "ending in"),
        (
            "folder.svg",
            IsADirectoryError,
            r"got the folder 'folder\.svg'\. Fix",
        ),
    ],
)
def test_what_is_not_the_name_of_a_file_is_refused(
    tmp_path, monkeypatch, name, error, message
):
    monkeypatch.chdir(tmp_path)
    Path("folder.svg").mkdir()
    with pytest.raises(error, match=message):
        draw(chain(0)).save(name)
    assert [p.name for p in tmp_path.rglob("*")] == ["folder.svg"]


@pytest.mark.parametrize(
    "ax", [3, "ax", Figure()], ids=["number", "text", "figure"]
)
def test_what_is_not_axes_is_refused(ax):
    with pytest.raises(
        TypeError,
        match=r"Expected ax to be Matplotlib axes, got \w+\. Fix: ax=",
    ):
        draw(chain(0)).figure(ax)


def test_names_lose_what_steers_a_terminal():
    name = "a\x1b[31mb\x00\r\u202ec\n- line"
    assert printable(name) == "a\ufffd[31mb\ufffd\ufffd\ufffdc\n- line"
    assert printable_line(name) == printable(name).replace("\n", "\ufffd")
    assert printable_line("Größe 大小 ½") == "Größe 大小 ½"


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        ([5e-324], 5e-324),
        ([0.0, np.nan, np.inf], 1.0),
        ([0.3, -0.7], 1.0),
        ([-0.5], 0.5),
        ([0.21], 0.5),
        ([1.0005], 1.0),
        ([1.01], 2.0),
        ([8.0, -6.0], 10.0),
        ([], 1.0),
    ],
)
def test_the_full_colour_is_the_next_round_number(values, limit):
    assert full_color([np.array(values)]) == pytest.approx(
        limit, rel=1e-9, abs=0
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9.9994, "9.999"),
        (9.9996, "10.00"),
        (99.994, "99.99"),
        (99.996, "100.0"),
        (999.94, "999.9"),
        (999.96, "1000"),
        (99999.4, "99999"),
        (99999.6, "1.00e5"),
        (0.001, "0.001"),
        (0.00099, "9.90e−4"),
        (-0.5, "−0.500"),
        (-np.inf, "−inf"),
    ],
)
def test_numbers_have_four_digits(value, text):
    assert write_number(value) == text
    assert len(text) <= 7


@pytest.mark.parametrize(
    ("value", "limit", "text"),
    [
        (9.994, 10, "9.99"),
        (9.996, 10, "10.0"),
        (99.94, 100, "99.9"),
        (99.96, 100, "100"),
        (0.05, 0.05, "0.050"),
        (0.05, 0.1, "0.05"),
        (0.005, 0.005, "5e−3"),
        (np.int64(-3), 1, "−3"),
        (np.bool_(True), 1, "1"),
        (-np.inf, 1, "−inf"),
    ],
)
def test_numbers_in_squares_have_six_characters(value, limit, text):
    assert format_value(value, limit) == text


def test_many_values_are_bands_of_their_strongest():
    values = np.zeros(48)
    values[3], values[10] = -1.0, 1.0
    bands = draw_stack(
        values, 0, 0, 1.0, 8, step=None, numbers=True, hatch=False
    )
    assert [b.fill for b in bands] == ["v0", "v-8", "v0", "v0", "v0", "v8"] + [
        "v0"
    ] * 18
    assert sum(b.height for b in bands) == pytest.approx(USUAL.strip)
    assert [b.y for b in bands] == sorted(b.y for b in bands)


def test_a_dropped_value_has_a_cross_and_no_number():
    lost = np.array([False, True])
    shapes = draw_stack(
        np.ones(2), 0, 0, 1.0, 8, step=None, numbers=True, hatch=True, lost=lost
    )
    assert [s.spans[0].text for s in shapes if isinstance(s, Text)] == [
        "1.00",
        "✕",
    ]
    assert [s.hatched for s in shapes if isinstance(s, Box)] == [
        False,
        False,
        True,
    ]
    assert not draw_stack(
        np.ones(2), 0, 0, 1.0, 8, step=None, numbers=False, hatch=False
    )[2:]


def test_figure_draws_on_the_readers_own_axes():
    figure = Figure(figsize=(4, 3))
    ax = figure.add_subplot(1, 2, 2)
    assert draw(chain(0)).figure(ax) is figure
    assert "5 timesteps" not in [t.get_text() for t in ax.texts]
    assert {"t = 0", "t = 4", "LSTM(4)"} <= {t.get_text() for t in ax.texts}


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_of_every_text_is_at_least_4_5(theme):
    grounds = [
        color("ground", theme),
        color("sheet", theme),
        color("band", theme),
    ]
    for role in (*AXES, "h", "c", "ink", "soft", "ghost", "warn"):
        assert (
            min(contrast(color(role, theme), g) for g in grounds[:1]) >= 4.5
        ), role
    for step in range(-LEVELS, LEVELS + 1):
        assert contrast(color("ink", theme), level_color(step, theme)) >= 4.5
    for role in ("h", "c", "ghost"):
        assert contrast(color(role, theme), color("band", theme)) >= 4.5, role


def test_every_role_has_two_colours():
    assert all(len(pair) == len(THEMES) for pair in PALETTE.values())


@pytest.mark.parametrize(
    ("file", "style"),
    [
        ("DejaVuSans", {}),
        ("DejaVuSans-Bold", {"bold": True}),
        ("DejaVuSansMono", {"mono": True}),
    ],
)
def test_widths_are_those_of_the_font(file, style):
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font, LoadFlags

    font = FT2Font(f"{get_data_path()}/fonts/ttf/{file}.ttf")
    font.set_size(1000, 72)
    for char in [chr(n) for n in range(32, 127)] + list("·…−≠→×✕"):
        advance = (
            font.load_char(
                ord(char), flags=LoadFlags.NO_HINTING
            ).linearHoriAdvance
            / 65536
        )
        if char == "·" and style:
            continue  # 380 is the bold one, the widest
        assert text_width(char, 1000, **style) >= round(advance) - 1, char
        assert text_width(char, 1000, **style) <= advance + 70, char


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sample": 3}, "one of the 3 samples of a batch, 0 to 2; got 3"),
        ({"sample": -1}, "sample to be a whole number of at least 0, got -1"),
        (
            {"max_steps": 2},
            "max_steps to be a whole number of at least 3, got 2",
        ),
        (
            {"max_units": 1.5},
            "max_units to be a whole number of at least 1, got 1.5",
        ),
        (
            {"y": np.zeros((4, 1))},
            r"one row per sample of x \(3\), got shape \(4, 1\)",
        ),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        draw(chain(0), **options)


@pytest.mark.parametrize("y", [[[1], [2, 3], [4]], np.array(["a", "b", "c"])])
def test_labels_that_are_no_numbers_are_refused(y):
    with pytest.raises(TypeError, match="numbers"):
        draw(chain(0), y=y)


def test_a_trace_and_its_calls_show_no_control_character():
    hostile = "a\x1b[31m\u202e\x00\r\nb"
    trace = chain(0)
    call = replace(
        trace.calls[0], path=hostile, constructor=f"LSTM(3, name={hostile!s})"
    )
    named = Trace(hostile, trace.inputs, [call], trace.outputs, [call])
    assert all(c.isprintable() for c in repr(call))
    assert [len(str(t).splitlines()) for t in (trace, named)] == [
        len(trace.calls) + 1,
        2,
    ]
    assert all(c.isprintable() or c == "\n" for c in str(named))
