"""What stands beside and above the rows: captions, labels, sources, the title of the picture."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import array, chain, input_call, layer_call, recurrent_call
from picture_shapes import boxes_of, lines_of

from unrolled import draw
from unrolled.diagrams.rows.rows import VectorRow
from unrolled.diagrams.rows.visibility import MOST_AXES, is_drawn_as_cells
from unrolled.traces.layer_calls import Provenance, Weights
from unrolled.traces.trace import Trace

RNG = np.random.default_rng(0)
X = input_call("x", array(RNG, 2, 4, 3))


def model_of(*calls, inputs=(X,), **more):
    return Trace(
        "m", inputs, calls, [calls[-1].outputs[0]], [calls[-1]], **more
    )


def rows_of(diagram):
    return {row.name: row for row in diagram._rows}


def texts(diagram):
    return ["".join(s.text for s in t.spans) for t in diagram.scene.texts()]


def dashed_arrows(diagram, role):
    return [
        line
        for line in lines_of(diagram.scene)
        if line.dashed and line.head and line.stroke == role
    ]


def boxes_called(diagram, title):
    """Return the edges of the boxes whose title begins so."""
    return [
        box.bounds
        for box in boxes_of(diagram.scene)
        if box.title.startswith(title)
    ]


def dense(source, units, **config):
    weights = Weights(5, "4·1+1 = 5")
    outputs = array(RNG, 2, units)
    return layer_call(
        "Dense", "dense", [source], outputs, weights=weights, config=config
    )


def last_step():
    return recurrent_call(RNG, "rnn", X, 4, sequences=False)


def labels_of(units, y, sample=0, **config):
    rnn = last_step()
    model = model_of(rnn, dense(rnn, units, **config))
    return draw(model, y=y, sample=sample)._rows[-1]


NEEDED = "the shape y must have"


@pytest.mark.parametrize(
    ("units", "activation", "y", "details", "note"),
    [
        (1, "linear", None, [NEEDED], None),
        (1, "softmax", None, [NEEDED], None),
        (3, "linear", None, [NEEDED], None),
        (
            3,
            "softmax",
            None,
            [NEEDED, "(one-hot; or class ids, one axis less)"],
            None,
        ),
        (
            3,
            "softmax",
            np.array([0, 2]),
            ["class ids: for a sparse loss"],
            None,
        ),
        (
            3,
            "softmax",
            np.array([0, 3]),
            ["does not fit the output"],
            "output (2, 3), labels (2,)",
        ),
        (
            3,
            "softmax",
            np.array([-1, 2]),
            ["does not fit the output"],
            "output (2, 3), labels (2,)",
        ),
        (
            3,
            "softmax",
            np.eye(3)[:2],
            ["one label for each output value"],
            None,
        ),
        (1, "linear", np.zeros(2), ["one label for each output value"], None),
        (
            1,
            "linear",
            np.zeros((2, 4)),
            ["does not fit the output"],
            "output (2, 1), labels (2, 4)",
        ),
    ],
)
def test_what_is_said_of_labels(units, activation, y, details, note):
    row = labels_of(units, y, activation=activation)
    assert row.details == tuple(details)
    expected = [] if note is None else [(note, "warn")]
    assert [(n.text, n.role) for n in row.notes] == expected
    assert row.fits is (note is None)


@pytest.mark.parametrize("sample", [0, 1])
def test_values_are_those_of_the_drawn_sample(sample):
    y = np.array([[5.0], [7.0]])
    rnn = last_step()
    model = model_of(rnn, dense(rnn, 1))
    diagram = draw(model, y=y, sample=sample)
    rows = rows_of(diagram)
    assert f"sample {sample} drawn" in diagram.words()
    np.testing.assert_array_equal(rows["Labels y"].values[0], y[sample])
    shown = rows["the input"].values[0]
    np.testing.assert_array_equal(shown, X.outputs[0][sample])
    (state, _) = rows["rnn"].states[0]
    np.testing.assert_array_equal(state, rnn.states[0][sample])


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (2, "LSTM(4), LSTM(4), Dense(1)"),
        (5, "LSTM(4), LSTM(4), LSTM(4), LSTM(4), LSTM(4), Dense(1)"),
        (6, "LSTM(4), LSTM(4), LSTM(4), …, LSTM(4), Dense(1)"),
    ],
)
def test_the_title_names_the_layers_and_both_ends(count, named):
    trace = chain(0, layers=[("LSTM", 4, False)] * count)
    assert draw(trace, y=np.zeros((3, 1))).scene.title == (
        f"model: {named}; (batch 3, timesteps 5, features 2) to (batch 3, units 1)"
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, None),
        (2, "reads the input, s1"),
        (6, "reads the input, s1, s2, s3, s4, s5"),
        (8, "reads the input, s1, s2, s3, s4, s5 and 2 more"),
    ],
)
def test_of_many_sources_the_first_ones_are_named(count, said):
    made = [
        layer_call("Activation", f"s{k}", [X], array(RNG, 2, 4, 3))
        for k in range(1, count)
    ]
    added = layer_call("Add", "added", [X, *made], array(RNG, 2, 4, 3))
    notes = rows_of(draw(model_of(*made, added)))["added"].notes
    named = [note for note in notes if note.text.startswith("reads ")]
    assert [note.text for note in named] == [said] * (said is not None)
    # the sentence names them at its beginning
    assert all(note.sentence() == "" for note in named)


def test_what_nothing_reads_is_said():
    aside = layer_call("Dense", "aside", [X], array(RNG, 2, 4, 3))
    rnn = last_step()
    rows = rows_of(draw(model_of(aside, rnn, dense(rnn, 1))))
    said = {name: [n.text for n in row.notes] for name, row in rows.items()}
    assert said["aside"] == ["read by no layer"]
    assert said["dense"] == ["the model's output"]
    assert "read by no layer" not in said["rnn"]


def test_of_an_encoder_only_its_states_are_read():
    encoder = recurrent_call(RNG, "encoder", X, 3, sequences=False)
    decoder = recurrent_call(
        RNG, "decoder", X, 3, sequences=False, encoder=encoder
    )
    states = range(1, 1 + len(encoder.states))
    decoder = replace(decoder, source_indices=(0, *states))
    rows = rows_of(draw(model_of(encoder, decoder)))
    assert rows["encoder"].notes[-1].text == "only its final state is read"
    assert rows["encoder"].details[0] == "name='encoder'"


def test_a_mask_that_is_an_input_masks_its_own_steps():
    mask = input_call("mask", np.ones((2, 4), dtype=bool))
    rnn = recurrent_call(RNG, "rnn", X, 4, mask=np.ones((2, 4), dtype=bool))
    rnn = replace(rnn, mask_source=mask)
    diagram = draw(model_of(rnn, inputs=(X, mask)))
    assert rows_of(diagram)["mask"].details[0] == "mask of rnn"
    arrows = dashed_arrows(diagram, "soft")
    columns = boxes_called(diagram, "Input mask")
    assert len(arrows) == len(columns) == 4
    for arrow, (left, _, right, _) in zip(arrows, columns, strict=True):
        (start, _), *_, (end, _) = arrow.points
        assert left < start == end < right


@pytest.mark.parametrize(("count", "more"), [(8, []), (9, ["+ 5", "+ 5"])])
def test_as_many_ids_as_there_are_squares_are_all_shown(count, more):
    ids = np.arange(2 * count).reshape(1, 2, count)
    words = input_call("x", ids)
    held = layer_call("TimeDistributed", "held", [words], array(RNG, 1, 2, 3))
    shown = texts(draw(model_of(held, inputs=(words,))))
    assert [text for text in shown if text.startswith("+ ")] == more
    if not more:
        assert {str(k) for k in range(2 * count)} <= set(shown)


def test_a_box_says_its_step_and_all_its_values():
    x = input_call("x", np.arange(8.0).reshape(1, 4, 2))
    held = layer_call("Dense", "held", [x], array(RNG, 1, 4, 3))
    diagram = draw(model_of(held, inputs=(x,)))
    titles = [box.title for box in boxes_of(diagram.scene) if box.title]
    assert titles[:4] == [
        f"Input data, t = {t}: [feature 0: {2 * t}, feature 1: {2 * t + 1}]"
        for t in range(4)
    ]


@pytest.mark.parametrize(
    ("reach", "word"),
    [
        (np.eye(4, dtype=bool), "timesteps"),
        (np.eye(4, dtype=bool)[::-1], "features"),
        (None, "features"),
    ],
)
def test_what_is_made_of_ids_step_by_step_keeps_their_time(reach, word):
    ids = input_call("x", np.arange(8.0).reshape(2, 4))
    made = Provenance(((ids, 0),), ("Cast",), (reach,))
    embed = layer_call(
        "Embedding",
        "embed",
        [ids],
        array(RNG, 2, 4, 3),
        reach={(0, 0): np.eye(4, dtype=bool)},
    )
    embed = replace(embed, sources=(None,), made_from=(made,))
    rnn = recurrent_call(RNG, "rnn", embed, 3, sequences=False)
    words = draw(model_of(embed, rnn, inputs=(ids,))).words()
    assert f"- Input data (batch 2, {word} 4): x: ids, float64." in words
    assert "through Cast in call()" in words


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (["Dense(3)"], []),
        (["Dense(8)", "Dense(3)"], ["at every step: Dense(8), Dense(3)"]),
        (
            ["Dense(8)", "ReLU()", "Dense(3)"],
            ["at every step: Dense(8), ReLU(), Dense(3)"],
        ),
    ],
)
def test_what_runs_at_every_step_is_named_in_its_order(inner, said):
    held = layer_call("TimeDistributed", "held", [X], array(RNG, 2, 4, 3))
    calls = [
        layer_call(
            "Dense",
            f"in_{k}",
            [X],
            X.outputs[0],
            constructor=line,
            parent=held,
        )
        for k, line in enumerate(inner)
    ]
    trace = Trace("m", [X], [held, *calls], held.outputs, [held])
    details = rows_of(draw(trace))["held"].details
    assert [line for line in details if "every step" in line] == said


@pytest.mark.parametrize("axes", range(2, MOST_AXES + 2))
def test_states_with_as_many_axes_as_can_be_drawn_are_cells(axes):
    states = array(RNG, *[2] * axes)
    rnn = replace(recurrent_call(RNG, "rnn", X, 4), states=(states,))
    assert is_drawn_as_cells(rnn) is (3 <= axes <= MOST_AXES)


@pytest.mark.parametrize(
    ("column", "width"),
    [((), 1), ((4,), 4), ((2, 3), 6), ((0,), 1), ((3, 0), 1)],
)
def test_a_column_has_the_place_of_its_values_or_of_one(column, width):
    row = VectorRow(
        key=0,
        name="v",
        title="v",
        axes=(),
        values=(np.zeros(column),),
    )
    assert row.width == width


@pytest.mark.parametrize(("steps", "times"), [(4, 1), (2, 2)])
def test_steps_are_named_again_where_there_are_others(steps, times):
    every = np.ones((steps, 4), dtype=bool)
    read = layer_call(
        "Conv1D", "read", [X], array(RNG, 2, steps, 2), reach={(0, 0): every}
    )
    assert texts(draw(model_of(read))).count("t = 0") == times
