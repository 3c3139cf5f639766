"""What a picture of one step says: the numbers of the step, the names of the configuration, one clear error each."""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from cell_calls import COUNTS, KINDS, cell_call, texts
from fakes import chain

from unrolled.cell_diagrams.diagram import draw_cell
from unrolled.cell_diagrams.kinds import kind_of
from unrolled.cell_diagrams.requests import read_step
from unrolled.traces.calls import Weights


def value_of(number):
    return float(number.strip("()").replace("−", "-"))


def sum_of(text):
    return sum(math.prod(value_of(f) for f in term.split("·")) for term in text.split(" + "))


@pytest.mark.parametrize(
    ("kind", "reset_after"), [("LSTM", True), ("GRU", True), ("GRU", False), ("SimpleRNN", True)]
)
def test_the_sums_in_words_add_up(kind, reset_after):
    rec = cell_call(3, kind, reset_after=reset_after)
    words = draw_cell(rec, 2, unit=1).words()
    step = read_step(rec, 2, 0, 1)
    found = re.findall(r"(?:x·kernel|recurrent_kernel) = ([^;]+) = ([^;]+);", words)
    assert len(found) == 2 * COUNTS[kind]
    for terms, result in found:
        assert sum_of(terms) == pytest.approx(value_of(result), abs=0.01)
    for name in step.weights.columns:
        inner = step.sum_of(name)
        by_hand = inner.x_part + inner.bias + inner.recurrent_bias + inner.h_part
        if inner.reset is not None:
            by_hand = (
                inner.x_part + inner.bias + inner.reset * (inner.recurrent_bias + inner.h_part)
            )
        np.testing.assert_allclose(inner.total, by_hand)
        assert f"({inner.total[1]:.3f}) = {step.gates[name][1]:.3f}".replace("-", "−") in words


def test_the_sheet_writes_the_same_numbers_as_the_words():
    diagram = draw_cell(cell_call(3), 2, unit=1)
    rows = [t for t in texts(diagram) if t.startswith(" = ")]
    assert len(rows) == 4 * 3 + 2
    words = diagram.words()
    assert all(row.removeprefix(" = ") in words for row in rows[:-1])


def test_long_sums_are_elided():
    words = draw_cell(cell_call(units=200, features=50), 2, unit=150).words()
    sums = re.findall(r"(?:x·kernel|recurrent_kernel) = ([^;]+) = [^;]+;", words)
    assert len(sums) == 8
    assert all(s.count("·") == 5 and s.split(" + ")[3] == "…" for s in sums)
    eight = re.findall(
        r"x·kernel = ([^;]+) = [^;]+;", draw_cell(cell_call(features=8), 2, unit=0).words()
    )
    assert all(s.count("·") == 8 and "…" not in s for s in eight)


def test_time_runs_the_way_the_layer_reads():
    forward, backward = (cell_call(backwards=b) for b in (False, True))
    for rec, before in ((forward, 1), (backward, 3)):
        step = read_step(rec, 2, 0, None)
        np.testing.assert_allclose(step.before["h"], rec.h[0, before], rtol=1e-6)
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
    assert shown.count("relu") == 2, "of the candidate, and of c on its way to h"
    for text in [draw_cell(rec, 2, unit=k).words() for k in (None, 0)] + [" ".join(shown)]:
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
            {"activation": {"class_name": "Snake", "config": {}, "registered_name": "pkg>Snake"}},
            "pkg>Snake",
        ),
        ({"activation": {"value": ("abc", None, None)}}, "lambda"),
        ({"activation": None}, "linear"),
        ({"cell": {"class_name": "LSTMCell", "config": {"activation": "elu"}}}, "elu"),
        ({}, "activation"),
    ],
)
def test_names_of_activations_are_read_as_keras_writes_them(config, name):
    step = read_step(replace(cell_call(), config=config), 2, 0, None)
    assert step.activation("c") == step.output_activation == name


def test_the_two_kinds_of_gru_are_drawn_as_they_compute():
    after, before = (
        draw_cell(cell_call(kind="GRU", reset_after=flag), 2) for flag in (True, False)
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
    assert not [t for t in texts(diagram) if re.search(r"bias|\bb'?[a-z]?\)", t)]


def test_what_cannot_be_seen_behind_a_closed_output_gate_is_not_made_up():
    rec = cell_call()
    rec.gates["o"][0, 2, 1] = 0.0
    rec.states[0][0, 2, 1] = 0.0
    step = read_step(rec, 2, 0, 1)
    assert np.isnan(kind_of(step).parts(step)["squashed"][1])
    assert np.isfinite(kind_of(step).parts(step)["squashed"][0])
    row = [t for t in texts(draw_cell(rec, 2, unit=1)) if t.startswith(" = 0·tanh(")]
    assert row == [f" = 0·tanh({rec.c[0, 2, 1]:.3f}) = 0".replace("-", "−")]


def test_dropout_is_in_the_sums_and_told():
    rec = replace(
        cell_call(), dropout={"x": np.array([[2.0, 0.0, 2.0]] * 2), "h": np.full((2, 4, 4), 0.5)}
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
        ({"t": 5}, "t to be one of the 5 timesteps, 0 to 4, or -1 for the last one; got 5"),
        ({"t": -6}, "got -6"),
        ({"t": 1.0}, "got 1.0"),
        ({"t": True}, "got True"),
        ({"t": 0, "sample": 2}, "one of the 2 samples, 0 to 1; got 2"),
        ({"t": 0, "sample": -1}, "got -1"),
        ({"t": 0, "unit": 4}, "one of the 4 units, 0 to 3, or None for all; got 4"),
        ({"t": 0, "unit": "f"}, "got 'f'"),
    ],
)
def test_what_is_out_of_range_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        draw_cell(cell_call(), **options)


def test_a_cell_that_is_not_known_is_refused():
    rec = replace(
        cell_call(constructor="RNN(MyCell(4))"), weights=Weights(3, "3"), cell_class="MyCell"
    )
    message = r"LSTM, GRU or SimpleRNN, got RNN\(MyCell\(4\)\); the inside of MyCell is not known\. Fix: plot_states"
    with pytest.raises(ValueError, match=message):
        draw_cell(rec, 0)


@pytest.mark.parametrize(
    ("given", "message"), [([1], r"pick one call, calls\[0\]"), (chain(0), "got Trace")]
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
        "i, input gate, columns 0:4 of the weights: sigmoid(x·kernel + h·recurrent_kernel + bias) = ["
        in lines[4]
    )
