"""What a picture of one step says: the numbers of the step, the names, one clear error each."""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from cell_calls import COUNTS, KINDS, cell_call, texts
from fakes import chain
from picture_shapes import boxes_of, holds, squares_of, titled

from unrolled.cell_diagrams.diagram import draw_cell
from unrolled.cell_diagrams.kinds import kind_of
from unrolled.cell_diagrams.requests import read_step
from unrolled.scenes.shapes import Box, Text
from unrolled.traces.layer_calls import Weights


def value_of(number):
    return float(number.strip("()").replace("−", "-"))


def sum_of(text):
    return sum(
        math.prod(value_of(f) for f in term.split("·"))
        for term in text.split(" + ")
    )


@pytest.mark.parametrize(
    ("kind", "reset_after"),
    [("LSTM", True), ("GRU", True), ("GRU", False), ("SimpleRNN", True)],
)
def test_the_sums_in_words_add_up(kind, reset_after):
    rec = cell_call(3, kind, reset_after=reset_after)
    words = draw_cell(rec, 2, unit=1).words()
    step = read_step(rec, 2, 0, 1)
    found = re.findall(
        r"(?:x·kernel|recurrent_kernel) = ([^;]+) = ([^;]+);", words
    )
    assert len(found) == 2 * COUNTS[kind]
    for terms, result in found:
        assert sum_of(terms) == pytest.approx(value_of(result), abs=0.01)
    for name in step.weights.columns:
        inner = step.sum_of(name)
        by_hand = (
            inner.x_part + inner.bias + inner.recurrent_bias + inner.h_part
        )
        if inner.reset is not None:
            by_hand = (
                inner.x_part
                + inner.bias
                + inner.reset * (inner.recurrent_bias + inner.h_part)
            )
        np.testing.assert_allclose(inner.total, by_hand)
        assert (
            f"({inner.total[1]:.3f}) = {step.gates[name][1]:.3f}".replace(
                "-", "−"
            )
            in words
        )


def test_the_sheet_writes_the_same_numbers_as_the_words():
    diagram = draw_cell(cell_call(3), 2, unit=1)
    rows = [t for t in texts(diagram) if t.startswith(" = ")]
    assert len(rows) == 4 * 3 + 2
    words = diagram.words()
    assert all(row.removeprefix(" = ") in words for row in rows[:-1])


def test_long_sums_are_elided():
    words = draw_cell(cell_call(units=200, features=50), 2, unit=150).words()
    sums = re.findall(
        r"(?:x·kernel|recurrent_kernel) = ([^;]+) = [^;]+;", words
    )
    assert len(sums) == 8
    assert all(s.count("·") == 5 and s.split(" + ")[3] == "…" for s in sums)
    eight = re.findall(
        r"x·kernel = ([^;]+) = [^;]+;",
        draw_cell(cell_call(features=8), 2, unit=0).words(),
    )
    assert all(s.count("·") == 8 and "…" not in s for s in eight)


def test_time_runs_the_way_the_layer_reads():
    forward, backward = (cell_call(backwards=b) for b in (False, True))
    for rec, before in ((forward, 1), (backward, 3)):
        step = read_step(rec, 2, 0, None)
        np.testing.assert_allclose(
            step.before["h"], rec.h[0, before], rtol=1e-6
        )
        assert f"h at t = {before}" in draw_cell(rec, 2).words()
    assert "h before the first step (zeros)" in draw_cell(forward, 0).words()
    assert "h before the first step (zeros)" in draw_cell(backward, 4).words()
    assert "ht+1" in " ".join(texts(draw_cell(backward, 2)))
    assert "ht−1" in " ".join(texts(draw_cell(forward, 2)))


def test_the_first_step_starts_from_the_initial_state():
    rec = cell_call(stateful=True)
    step = read_step(rec, 0, 1, None)
    np.testing.assert_allclose(step.before["h"], rec.initial_state[0][1])
    np.testing.assert_allclose(step.before["c"], rec.initial_state[1][1])
    shown = texts(draw_cell(rec, 0))
    assert {"initial h", "initial c", "carried"} <= set(shown)
    assert "kept" in texts(draw_cell(rec, -1))
    assert "0" in texts(draw_cell(cell_call(), 0))


def test_negative_t_counts_from_the_end():
    rec = cell_call()
    assert draw_cell(rec, -2).svg() == draw_cell(rec, 3).svg()


def test_the_activations_are_those_of_the_configuration():
    rec = cell_call(activation="relu", recurrent_activation="hard_sigmoid")
    shown = texts(draw_cell(rec, 2))
    assert shown.count("hard_sigmoid") == 3
    assert shown.count("relu") == 2, (
        "of the candidate, and of c on its way to h"
    )
    for text in [draw_cell(rec, 2, unit=k).words() for k in (None, 0)] + [
        " ".join(shown)
    ]:
        assert "tanh" not in text
        assert " sigmoid" not in text


def _function(name):
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"activation": _function("mine")}, "mine"),
        ({"activation": _function("pkg>mine")}, "pkg>mine"),
        (
            {
                "activation": {
                    "class_name": "ReLU",
                    "config": {"max_value": 2.0},
                    "registered_name": None,
                }
            },
            "ReLU",
        ),
        (
            {
                "activation": {
                    "class_name": "Snake",
                    "config": {},
                    "registered_name": "pkg>Snake",
                }
            },
            "pkg>Snake",
        ),
        ({"activation": {"value": ("abc", None, None)}}, "lambda"),
        ({"activation": None}, "linear"),
        (
            {
                "cell": {
                    "class_name": "LSTMCell",
                    "config": {"activation": "elu"},
                }
            },
            "elu",
        ),
        ({}, "activation"),
    ],
)
def test_names_of_activations_are_read_as_keras_writes_them(config, name):
    step = read_step(replace(cell_call(), config=config), 2, 0, None)
    assert step.activation("c") == step.output_activation == name


def test_the_two_kinds_of_gru_are_drawn_as_they_compute():
    after, before = (
        draw_cell(cell_call(kind="GRU", reset_after=flag), 2)
        for flag in (True, False)
    )
    assert "·Uh + b'h" in texts(after)
    assert "r ⊙ (ht−1·Uh + b'h)" in texts(after)
    assert "·Uh + b'h" not in texts(before)
    assert "r ⊙ ht−1" in texts(before)
    assert "r ⊙ (h·recurrent_kernel + recurrent bias)" in after.words()
    assert "(r ⊙ h)·recurrent_kernel + bias" in before.words()


@pytest.mark.parametrize("kind", KINDS)
def test_without_bias_none_is_written(kind):
    diagram = draw_cell(cell_call(kind=kind, bias=False), 2, unit=0)
    assert "bias" not in diagram.words()
    assert not [
        t for t in texts(diagram) if re.search(r"bias|\bb'?[a-z]?\)", t)
    ]


def test_what_cannot_be_seen_behind_a_closed_output_gate_is_not_made_up():
    rec = cell_call()
    rec.gates["o"][0, 2, 1] = 0.0
    rec.states[0][0, 2, 1] = 0.0
    step = read_step(rec, 2, 0, 1)
    assert np.isnan(kind_of(step).parts(step)["squashed"][1])
    assert np.isfinite(kind_of(step).parts(step)["squashed"][0])
    row = [
        t
        for t in texts(draw_cell(rec, 2, unit=1))
        if t.startswith(" = 0·tanh(")
    ]
    assert row == [f" = 0·tanh({rec.c[0, 2, 1]:.3f}) = 0".replace("-", "−")]


def test_dropout_is_in_the_sums_and_told():
    rec = replace(
        cell_call(),
        dropout={
            "x": np.array([[2.0, 0.0, 2.0]] * 2),
            "h": np.full((2, 4, 4), 0.5),
        },
    )
    step = read_step(rec, 2, 0, 0)
    inner = step.sum_of("f")
    np.testing.assert_allclose(inner.x, rec.x[0, 2] * [2, 0, 2], rtol=1e-6)
    np.testing.assert_allclose(inner.h, rec.h[0, 1] * 0.5, rtol=1e-6)
    assert any("Dropout acted" in t for t in texts(draw_cell(rec, 2)))
    assert "dropout acted" in draw_cell(rec, 2).words()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"t": 5},
            "t to be one of the 5 timesteps, 0 to 4, or -1 for the last one; got 5",
        ),
        ({"t": -6}, "got -6"),
        ({"t": 1.0}, "got 1.0"),
        ({"t": True}, "got True"),
        ({"t": 0, "sample": 2}, "one of the 2 samples, 0 to 1; got 2"),
        ({"t": 0, "sample": -1}, "got -1"),
        (
            {"t": 0, "unit": 4},
            "one of the 4 units, 0 to 3, or None for all; got 4",
        ),
        ({"t": 0, "unit": "f"}, "got 'f'"),
    ],
)
def test_what_is_out_of_range_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        draw_cell(cell_call(), **options)


def test_a_cell_that_is_not_known_is_refused():
    rec = replace(
        cell_call(constructor="RNN(MyCell(4))"),
        weights=Weights(3, "3"),
        cell_class="MyCell",
    )
    message = r"got RNN\(MyCell\(4\)\); the inside of MyCell is not known\. Fix: plot_states"
    with pytest.raises(ValueError, match=message):
        draw_cell(rec, 0)


def test_of_several_cells_one_that_is_known_is_named():
    own = replace(cell_call(), weights=Weights(3, "3"), cell_class="MyCell")
    for cells, fix in (
        ((own, own), r"Fix: plot_states\(call\) shows its states"),
        ((own, cell_call()), r"Fix: draw_cell\(call\.cells\[1\], t\)"),
    ):
        stack = replace(
            own, cell_class="StackedRNNCells", constructor="RNN([..., ...])"
        )
        stack.inside.extend(cells)
        with pytest.raises(ValueError, match=fix):
            draw_cell(stack, 0)
    draw_cell(stack.cells[1], 0)


def with_gates(rec, **values):
    """Return a call whose gates hold one value each: 0.9, or the one that is named."""
    gates = {
        name: np.full_like(gate, values.get(name, 0.9))
        for name, gate in rec.gates.items()
    }
    return replace(rec, gates=gates)


@pytest.mark.parametrize(("kind", "candidate"), [("LSTM", "c"), ("GRU", "h")])
def test_a_small_candidate_has_its_own_scale(kind, candidate):
    rec = cell_call(kind=kind)
    diagram = draw_cell(with_gates(rec, **{candidate: -0.04}), 2)
    boxes = boxes_of(diagram.scene)
    (frame,) = titled(diagram.scene, "candidate = ")
    fills = [s.fill for s in boxes if holds(frame, s.x, s.y) and s is not frame]
    assert [f for f in fills if f != "sheet"] == ["v-6"] * 4
    shown = " ".join(texts(diagram))
    assert "±0.05 in candidate" in shown
    assert "±1 in gates" in shown
    assert "in candidate" not in " ".join(texts(draw_cell(with_gates(rec), 2)))


def test_names_do_not_steer_what_is_printed():
    rec = replace(cell_call(name="a\x1b[31m\u202e"), path="a\x1b[31m\n")
    for text in (
        draw_cell(rec, 2).words(),
        repr(draw_cell(rec, 2)),
        str(draw_cell(rec, 2)),
    ):
        assert all(c.isprintable() or c == "\n" for c in text)
    assert "\n" not in repr(draw_cell(rec, 2))


@pytest.mark.parametrize(
    ("t", "options", "start", "end"),
    [
        (0, {}, {"0"}, set()),
        (-1, {}, set(), {"end"}),
        (0, {"stateful": True}, {"carried"}, set()),
        (-1, {"stateful": True}, set(), {"kept"}),
        (2, {"stateful": True}, set(), set()),
    ],
)
def test_what_the_states_start_from_and_become(t, options, start, end):
    chips = {"0", "carried", "given", "end", "kept", "returned"}
    assert set(texts(draw_cell(cell_call(**options), t))) & chips == start | end
    given_states = replace(
        cell_call(stateful=True), stateful=False, return_state=True
    )
    assert set(texts(draw_cell(given_states, 0))) & chips == {"given"}
    assert set(texts(draw_cell(given_states, -1))) & chips == {"returned"}


def test_the_neighbours_are_the_steps_before_and_after():
    def seen(rec, t):
        spans = (s for x in draw_cell(rec, t).scene.texts() for s in x.spans)
        return [
            s.text
            for s in spans
            if s.role == "ghost" and s.text.startswith("t = ")
        ]

    assert seen(cell_call(), 2) == ["t = 1", "t = 3"]
    assert seen(cell_call(backwards=True), 2) == ["t = 3", "t = 1"]
    assert seen(cell_call(), 0) == ["t = 1"]
    assert seen(cell_call(), 4) == ["t = 3"]


@pytest.mark.parametrize(
    ("options", "letters"),
    [
        (
            {},
            "W kernel, U recurrent_kernel, b bias: each gate has its own columns",
        ),
        (
            {"bias": False},
            "W kernel, U recurrent_kernel: each gate has its own columns",
        ),
        (
            {"kind": "GRU"},
            "W kernel, U recurrent_kernel, b bias[0], b' bias[1]: each gate has its own columns",
        ),
        (
            {"kind": "GRU", "reset_after": False},
            "W kernel, U recurrent_kernel, b bias: each gate has its own columns",
        ),
        ({"kind": "SimpleRNN"}, "W kernel, U recurrent_kernel, b bias"),
    ],
)
def test_the_legend_names_the_weights(options, letters):
    assert letters in texts(draw_cell(cell_call(**options), 2))


def test_the_words_say_how_the_states_follow():
    lstm, gru, simple = (
        draw_cell(cell_call(kind=kind), 2).words().splitlines()
        for kind in ("LSTM", "GRU", "SimpleRNN")
    )
    assert lstm[-2].startswith(
        "- c at t = 2 = f ⊙ c at t = 1 + i ⊙ candidate = ["
    )
    assert lstm[-1].startswith("- h at t = 2 = o ⊙ tanh(c at t = 2) = [")
    assert gru[-1].startswith(
        "- h at t = 2 = z ⊙ h at t = 1 + (1 − z) ⊙ candidate = ["
    )
    assert simple[-1].startswith("- h at t = 2 is the new state: [")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("LSTM", "- h and c go through unchanged."),
        ("GRU", "- h goes through unchanged."),
        ("SimpleRNN", "- h goes through unchanged."),
    ],
)
def test_the_words_of_a_masked_step(kind, sentence):
    mask = np.array([[True, True, False, True, True]] * 2)
    diagram = draw_cell(cell_call(kind=kind, mask=mask), 2)
    assert sentence in diagram.words().splitlines()
    assert sentence.removeprefix("- ").removesuffix(".") in texts(diagram)


@pytest.mark.parametrize(
    ("t", "note"),
    [
        (2, "t = 3 came before"),
        (0, "t = 1 came before"),
        (4, "t = 4 is the first step it reads"),
    ],
)
def test_the_note_of_a_layer_that_reads_backwards(t, note):
    whole = f"This layer reads from the last timestep to the first: {note}."
    assert whole in texts(draw_cell(cell_call(backwards=True), t))
    assert not [
        x
        for x in texts(draw_cell(cell_call(), t))
        if "reads from the last" in x
    ]


@pytest.mark.parametrize("unit", [0, 1, 3])
def test_the_ring_is_around_the_unit(unit):
    scene = draw_cell(cell_call(), 2, unit=unit).scene
    (ring,) = (
        s for s in boxes_of(scene) if s.fill is None and s.stroke == "ink"
    )
    (column,) = titled(scene, "h at t = 1")
    inside = [s for s in squares_of(scene) if holds(column, s.x, s.y)]
    inside.sort(key=lambda s: s.y)
    assert len(inside) == 4
    assert ring.y <= inside[unit].y
    assert inside[unit].bounds[3] <= ring.bounds[3]
    assert ring.height < 1.2 * (inside[1].y - inside[0].y)


def test_the_features_are_named_from_the_top():
    shapes = draw_cell(cell_call(), 2).scene.shapes
    names = {
        t.spans[0].text: t.y
        for t in shapes
        if isinstance(t, Text) and t.spans[0].text.startswith("feature ")
    }
    assert list(names) == ["feature 0", "feature 1", "feature 2"]
    column = next(
        s
        for s in shapes
        if isinstance(s, Box) and s.title.startswith("x at t = 2")
    )
    for k, y in enumerate(names.values()):
        assert column.y + 5 + 19 * k < y < column.y + 5 + 19 * (k + 1)


def test_the_formulas_of_the_states():
    shown = texts(draw_cell(cell_call(), 2))
    assert {"ct = f ⊙ ct−1 + i ⊙ c\u0302", "ht = o ⊙ tanh(ct)"} <= set(shown)
    assert "ht = z ⊙ ht−1 + (1 − z) ⊙ h\u0302" in texts(
        draw_cell(cell_call(kind="GRU"), 2)
    )
    assert "ht = tanh(xt·W + ht−1·U + b)" in texts(
        draw_cell(cell_call(kind="SimpleRNN"), 2)
    )


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_the_last_lines_of_the_sheet_add_up(kind):
    rec = cell_call(3, kind)
    step, k = read_step(rec, 2, 0, 1), 1
    rows = [t for t in texts(draw_cell(rec, 2, unit=k)) if t.startswith(" = ")]
    name, keep, add = ("c", "f", "i") if kind == "LSTM" else ("h", "z", "")
    row = rows[-2] if kind == "LSTM" else rows[-1]
    terms, shown = row.removeprefix(" = ").rsplit(" = ", 1)
    gates = step.gates
    added = gates[add][k] if add else 1 - gates["z"][k]
    by_hand = gates[keep][k] * step.before[name][k] + added * gates[name][k]
    assert sum_of(terms) == pytest.approx(by_hand, abs=0.01)
    assert value_of(shown) == pytest.approx(step.after[name][k], abs=0.001)


@pytest.mark.parametrize(
    ("given", "message"),
    [([1], r"pick one call, calls\[0\]"), (chain(0), "got Trace")],
)
def test_what_is_no_recurrent_call_is_refused(given, message):
    with pytest.raises(TypeError, match=message):
        draw_cell(given, 0)


def test_the_picture_says_its_words_to_a_screen_reader():
    diagram = draw_cell(cell_call(name='"><script>'), 2)
    root = ET.fromstring(diagram.svg())
    assert root.find("{*}desc").text == diagram.words() == str(diagram)
    assert root.find("{*}title").text.startswith("One step of LSTM(4")
    assert "<script" not in diagram._page()
    lines = draw_cell(cell_call(), 2).words().splitlines()
    assert [line[2] for line in lines[4:8]] == ["i", "f", "c", "o"]
    assert (
        "i, input gate, columns 0:4 of the weights: "
        "sigmoid(x·kernel + h·recurrent_kernel + bias) = [" in lines[4]
    )
