"""The rows of a picture: frozen, complete, said once; folded where there are many."""

import ast
import time
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest
from fakes import array, chain, input_call, layer_call, recurrent_call
from picture_shapes import boxes_of, text_of
from test_geometry import assert_tidy

import unrolled.diagrams
from unrolled import draw
from unrolled.diagrams.rows.folding import FEW, fold_rows
from unrolled.diagrams.rows.parts import Connection, Note
from unrolled.diagrams.rows.rows import RecurrentRow, Row, StepsRow
from unrolled.scenes.numerals import full_color
from unrolled.scenes.shapes import Box, Line, Tiles
from unrolled.traces.joined import join
from unrolled.traces.trace import Trace

RNG = np.random.default_rng(0)
LAYOUT = Path(unrolled.diagrams.__file__).parent / "layout"


def model_of(inputs, *calls):
    return Trace("m", inputs, calls, [calls[-1].outputs[0]], [calls[-1]])


def texts(scene):
    return ["".join(span.text for span in text.spans) for text in scene.texts()]


def row_called(diagram, name):
    return next(row for row in diagram._rows if row.name == name)


# The house -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", sorted(LAYOUT.glob("*.py")), ids=lambda path: path.name
)
def test_layout_knows_neither_traces_nor_keras(path):
    tree = ast.parse(path.read_text())
    imported = [
        node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    ]
    imported += [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    known = (
        "unrolled.axes",
        "unrolled.diagrams.layout",
        "unrolled.diagrams.rows.parts",
        "unrolled.diagrams.rows.rows",
        "unrolled.scenes",
    )
    own = [
        name
        for name in imported
        if name.startswith(("unrolled", "keras", "tensorflow"))
    ]
    assert [name for name in own if not name.startswith(known)] == []


def test_rows_are_complete_when_they_are_made():
    for row in draw(chain(0))._rows:
        with pytest.raises(FrozenInstanceError):
            row.title = "another"
        with pytest.raises((TypeError, AttributeError)):
            row.notes.append(Note("later"))


def test_every_link_names_a_row():
    rows = draw(chain(0, layers=[("LSTM", 2, False), ("GRU", 2, True)]))._rows
    keys = [row.key for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert {link.row for link in row.links} <= set(keys)


# Said once -------------------------------------------------------------------------------------


def test_words_say_nothing_of_signs_that_only_a_picture_has():
    diagram = draw(chain(3, mask=True))
    assert any("hatched" in text for text in texts(diagram.scene))
    assert "hatched" not in diagram.words()
    assert "masked at t = " in diagram.words()


def test_words_of_attention_say_what_the_lines_mean():
    x = input_call("x", array(RNG, 1, 3, 2))
    weights = np.full((1, 3, 3), 1 / 3)
    look = layer_call(
        "Attention", "look", [x, x], array(RNG, 1, 3, 2), attention=weights
    )
    words = draw(model_of([x], look)).words()
    assert "lines" not in words
    assert "thicker" not in words
    assert "weighs all steps" in words


def test_an_own_cell_is_said_to_return_its_output_once():
    x = input_call("x", array(RNG, 2, 4, 3))
    call = recurrent_call(RNG, "own", x, 2, kind="GRU")
    call = replace(call, cell_class="MyCell", cell_output=call.outputs[0])
    words = draw(model_of([x], call)).words()
    assert words.count("every step") == 1
    assert "the output of every step is returned" in words


def test_batches_that_start_from_given_states_do_not_start_from_zeros():
    batches = []
    for _ in range(2):
        x, start = (
            input_call("x", array(RNG, 2, 4, 2)),
            input_call("start", array(RNG, 2, 3)),
        )
        lstm = recurrent_call(RNG, "lstm", x, 3)
        states = (start.outputs[0],) * 2
        lstm = replace(
            lstm,
            sources=(x, start, start),
            source_indices=(0, 0, 0),
            initial_state=states,
        )
        batches.append(model_of([x, start], lstm))
    words = draw(join(batches)).words()
    assert "every batch starts again from the states that start gives" in words
    assert "zeros" not in words


# Arrows ----------------------------------------------------------------------------------------


def arrows_between(scene, role):
    return [s for s in scene.shapes if isinstance(s, Line) and s.stroke == role]


def test_a_turn_of_a_backward_output_uncrosses_its_arrows():
    x = input_call("x", array(RNG, 2, 5, 2))
    back = recurrent_call(RNG, "back", x, 3, backwards=True)
    flip = np.eye(5, dtype=bool)[::-1]
    turned = layer_call(
        "Lambda",
        "turned",
        [back],
        back.outputs[0][:, ::-1],
        reach={(0, 0): flip},
    )
    scene = draw(model_of([x], back, turned)).scene
    ups = [
        a
        for a in arrows_between(scene, "units")
        if a.head and abs(a.points[0][1] - a.points[-1][1]) > 10
    ]
    assert len(ups) == 5
    assert all(line.points[0][0] == line.points[-1][0] for line in ups)


def test_what_mixes_all_steps_is_drawn_as_a_bar_and_said():
    x = input_call("x", array(RNG, 2, 4, 2))
    every = np.ones((4, 4), dtype=bool)
    mixed = layer_call(
        "Softmax", "mixed", [x], array(RNG, 2, 4, 2), reach={(0, 0): every}
    )
    diagram = draw(model_of([x], mixed))
    lines = arrows_between(diagram.scene, "features")
    bars = [
        a for a in lines if not a.head and a.points[0][1] == a.points[-1][1]
    ]
    assert len(bars) == 1
    assert sum(a.head for a in lines) == 4
    assert not any(a.dashed for a in lines)
    assert "every step reads all steps of the row below" in diagram.words()
    assert_tidy(diagram.scene)


def test_what_was_not_measured_is_said_not_to_be_known():
    x = input_call("x", array(RNG, 2, 4, 2))
    own = layer_call("MyLayer", "own", [x], array(RNG, 2, 4, 2), reach={})
    diagram = draw(model_of([x], own))
    assert "may read any step of the row below" in diagram.words()
    assert "may read any step of the row below" in " ".join(
        texts(diagram.scene)
    )
    assert all(a.dashed for a in arrows_between(diagram.scene, "features"))


@pytest.mark.parametrize(("size", "shown"), [(4, 4), (6, 2)])
def test_of_a_long_window_the_first_and_the_last_step_are_drawn(size, shown):
    x = input_call("x", array(RNG, 2, 8, 2))
    window = np.zeros((2, 8), dtype=bool)
    window[0, :size] = window[1, 8 - size :] = True
    read = layer_call(
        "Conv1D", "read", [x], array(RNG, 2, 2, 2), reach={(0, 0): window}
    )
    diagram = draw(model_of([x], read))
    assert (
        len([a for a in arrows_between(diagram.scene, "features") if a.head])
        == 2 * shown
    )
    assert (
        f"a step reads up to {size} steps of the row below" in diagram.words()
    )


def test_a_vector_that_is_read_as_data_too_stands_in_the_columns():
    x, start = (
        input_call("x", array(RNG, 2, 4, 2)),
        input_call("start", array(RNG, 2, 3)),
    )
    lstm = recurrent_call(RNG, "lstm", x, 3, sequences=False)
    lstm = replace(lstm, sources=(x, start, start), source_indices=(0, 0, 0))
    added = layer_call("Add", "added", [lstm, start], array(RNG, 2, 3))
    assert not row_called(
        draw(model_of([x, start], lstm, added)), "start"
    ).aside
    assert row_called(draw(model_of([x, start], lstm)), "start").aside


def test_same_weights_are_not_said_of_what_reads_all_steps():
    x = input_call("x", array(RNG, 2, 4, 2))
    every = np.ones((4, 4), dtype=bool)
    for reach, same in ((np.eye(4, dtype=bool), True), (every, False)):
        normed = layer_call(
            "LayerNormalization",
            "normed",
            [x],
            array(RNG, 2, 4, 2),
            reach={(0, 0): reach},
            weights=chain(0).calls[-1].weights,
        )
        diagram = draw(model_of([x], normed))
        assert ("same weights" in texts(diagram.scene)) == same


@pytest.mark.parametrize("steps", [3, 2000])
def test_the_steps_that_a_connection_reads(steps):
    turned = Connection(steps, steps, turned=True)
    assert [turned.reads(t).tolist() for t in (0, 1)] == [
        [steps - 1],
        [steps - 2],
    ]
    windows = np.tri(steps, dtype=bool)
    assert Connection(steps, steps, windows).reads(1).tolist() == [0, 1]
    assert Connection(steps, steps, windows, True).reads(1).tolist() == [
        steps - 2,
        steps - 1,
    ]
    assert Connection(steps, steps, windows).window == steps


# Values ----------------------------------------------------------------------------------------


def test_a_masked_step_shows_the_zero_that_is_returned():
    mask = np.array([[True, True, False], [True, True, True]])
    x = input_call("x", array(RNG, 2, 3, 2))
    lstm = recurrent_call(RNG, "lstm", x, 2, mask=mask)
    lstm = replace(
        lstm, outputs=(np.where(mask[..., None], lstm.outputs[0], 0),)
    )
    diagram = draw(model_of([x], lstm))
    cells = [
        s
        for s in diagram.scene.shapes
        if isinstance(s, Box) and s.title.startswith("LSTM")
    ]
    assert "output = [0, 0]" in next(c.title for c in cells if c.step == (0, 2))
    assert not any("output" in c.title for c in cells if c.step != (0, 2))
    assert "0 is returned" in diagram.words()


def test_a_backward_layer_shows_each_step_over_the_data_that_it_read():
    x = input_call("x", array(RNG, 2, 4, 2))
    back = recurrent_call(RNG, "back", x, 3, backwards=True)
    row = row_called(draw(model_of([x], back)), "back")
    np.testing.assert_array_equal(row.values[0], back.states[0][0])
    assert "output" not in row.hover(0, 1)


def test_more_ids_than_squares_are_shown_in_part():
    words = np.arange(24).reshape(1, 2, 12)
    x = input_call("x", words)
    held = layer_call("TimeDistributed", "held", [x], array(RNG, 1, 2, 3))
    scene = draw(model_of([x], held)).scene
    assert {"0", "1", "2", "3", "12", "13"} <= set(texts(scene))
    assert "+ 8" in texts(scene)


def test_a_filter_without_values_gives_way_to_the_next_one():
    x = input_call("x", array(RNG, 1, 6, 6, 1))
    maps = array(RNG, 1, 6, 6, 3)
    maps[..., 0] = 0
    conv = layer_call("Conv2D", "conv", [x], maps)
    diagram = draw(model_of([x], conv))
    assert "drawn: filter 1 of 3" in diagram.words()
    tiles = [s for s in diagram.scene.shapes if isinstance(s, Tiles)]
    assert all(
        len({level for row in tile.levels for level in row}) > 1
        for tile in tiles
    )


@pytest.mark.parametrize("value", [5e-324, 2e-320, 1e-45, 1e308, 0.0])
def test_any_size_of_values_has_a_colour(value):
    assert full_color([np.array([value, -value])]) >= value * 0.999


def texts_on_bands(scene):
    """Texts that lie on the edge of the band around the cells of a layer."""
    bands = [s.bounds for s in boxes_of(scene) if s.fill == "band"]
    crossed = [
        t
        for t in scene.texts()
        if any(edge_crosses(b, t.bounds) for b in bands)
    ]
    return [text_of(text) for text in crossed]


def edge_crosses(band, text):
    """Return whether a side of the band runs through the text: it is neither inside nor outside."""
    inside = (
        band[0] <= text[0]
        and text[2] <= band[2]
        and band[1] <= text[1]
        and text[3] <= band[3]
    )
    apart = (
        text[2] <= band[0]
        or band[2] <= text[0]
        or text[3] <= band[1]
        or band[3] <= text[1]
    )
    return not inside and not apart


@pytest.mark.parametrize("cell", ["LSTMCell", "MyCell"])
@pytest.mark.parametrize("count", [4, 40])
def test_no_text_lies_on_the_edge_of_a_band(cell, count):
    """A recurrent layer that begins the time axis, with short and with longer names of states."""
    images = input_call("x", array(RNG, 2, 3, 3, 1))
    cut = layer_call("Reshape", "cut", [images], array(RNG, 2, 9))
    source = input_call("y", array(RNG, 2, count, 2))
    reader = recurrent_call(RNG, "reader", source, 2, kind="LSTM")
    reader = replace(reader, cell_class=cell, sources=(cut,))
    assert texts_on_bands(draw(model_of([images], cut, reader)).scene) == []


# Folding ---------------------------------------------------------------------------------------


def blocks(count, *, lstm=False):
    """A dense net: each block reads the sum of the two before."""
    x = input_call("x", array(RNG, 2, 5, 4))
    calls, last = [], x
    for k in range(count):
        if lstm:
            dense = recurrent_call(RNG, f"cell_{k}", last, 4)
        else:
            dense = layer_call(
                "Dense", f"dense_{k}", [last], array(RNG, 2, 5, 4)
            )
        calls.append(dense)
        last = layer_call("Add", f"add_{k}", [last, dense], array(RNG, 2, 5, 4))
        calls.append(last)
    return model_of([x], *calls)


def test_forty_blocks_fit_on_a_page():
    diagram = draw(blocks(40))
    assert diagram.scene.height < 2500
    assert diagram.scene.width < 1200
    assert "… 37 more like this" in texts(diagram.scene)
    assert_tidy(diagram.scene)
    assert all(f"'dense_{k}'" in diagram.words() for k in range(40)), (
        "the words leave none out"
    )


def test_blocks_are_drawn_in_linear_time():
    def seconds(count):
        trace = blocks(count)
        began = time.process_time()
        assert draw(trace).svg()
        return time.process_time() - began

    seconds(4)
    short, long = seconds(24), seconds(96)
    assert long < 12 * short
    assert short < 1


def test_a_picture_of_few_rows_is_not_folded():
    rows = draw(blocks((FEW - 2) // 2))._rows
    assert len(rows) == FEW
    assert fold_rows(rows) == rows


def test_recurrent_layers_are_never_folded_away():
    rows = draw(blocks(12, lstm=True))._rows
    cells = [row for row in fold_rows(rows) if isinstance(row, RecurrentRow)]
    assert len(cells) == 12


def adjusted(count, *, last=None):
    """Convolutions, each with a normalisation, an activation and a dropout."""
    x = input_call("x", array(RNG, 2, 5, 4))
    calls, source = [], x
    for k in range(count):
        for kind in ("Conv1D", "BatchNormalization", "ReLU", "Dropout"):
            made = array(RNG, 2, 5, 4 + k)
            source = layer_call(
                kind,
                f"{kind.lower()}_{k}",
                [source],
                made,
                constructor=f"{kind}({k})",
            )
            calls.append(source)
    return model_of([x], *calls, *([last(source)] if last else []))


def test_adjustments_share_the_row_of_their_convolution():
    diagram = draw(adjusted(5))
    folded = fold_rows(diagram._rows)
    assert [row.title for row in folded[1:-1]] == [
        f"Conv1D({k})" for k in range(5)
    ]
    shown = folded[1]
    dropout = row_called(diagram, "dropout_0")
    assert isinstance(shown, StepsRow)
    np.testing.assert_array_equal(shown.values[0], dropout.values[0])
    assert [
        d.partition(",")[0] for d in shown.details if d.startswith("+")
    ] == [
        "+ BatchNormalization(0)",
        "+ ReLU(0)",
        "+ Dropout(0)",
    ]
    assert_tidy(diagram.scene)


def test_what_mixes_time_keeps_its_own_row():
    every = {(0, 0): np.ones((5, 5), dtype=bool)}

    def softmax(source):
        return layer_call(
            "Softmax", "over_time", [source], array(RNG, 2, 5, 8), reach=every
        )

    folded = fold_rows(draw(adjusted(5, last=softmax))._rows)
    assert folded[-2].title == "Softmax(8)"


def test_blocks_that_change_the_time_axis_keep_their_rows():
    source = x = input_call("x", array(RNG, 2, 40, 4))
    calls = []
    for k in range(20):
        windows = np.eye(39 - k, 40 - k, dtype=bool) | np.eye(
            39 - k, 40 - k, k=1, dtype=bool
        )
        made = array(RNG, 2, 39 - k, 4)
        source = layer_call(
            "MyLayer", f"cut_{k}", [source], made, reach={(0, 0): windows}
        )
        calls.append(source)
    rows = draw(model_of([x], *calls))._rows
    assert len(rows) > FEW
    assert len(fold_rows(rows)) == len(rows)


def test_a_row_that_two_rows_read_keeps_its_own_row():
    x = input_call("x", array(RNG, 2, 5, 4))
    calls = [layer_call("Dense", "first", [x], array(RNG, 2, 5, 4))]
    for k in range(9):
        calls.append(
            layer_call("ReLU", f"relu_{k}", [calls[0]], array(RNG, 2, 5, 4))
        )
        calls.append(
            layer_call("Dense", f"dense_{k}", [calls[-1]], array(RNG, 2, 5, 4))
        )
    rows = fold_rows(draw(model_of([x], *calls))._rows)
    first = [row for row in rows if row.name == "first"]
    assert len(first) == 1
    assert isinstance(first[0], Row)
