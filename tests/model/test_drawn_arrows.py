"""Arrows of a picture against the model: one step is moved, and seen where it arrives."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from picture_shapes import lines_of
from reading import read_arrows
from test_geometry import assert_tidy

import unrolled
from unrolled.scenes.shapes import Box

STEPS = 5


class Cumulate(layers.Layer):
    """A layer of one's own that goes through the steps, as a CRF or a decoder does."""

    def call(self, x):
        return ops.cumsum(x, axis=1)


class Split(layers.Layer):
    """Returns both halves of a sequence: the steps of the second one stand in other columns."""

    def call(self, x):
        return ops.split(x, 2, axis=1)


def shift(x):
    return ops.pad(x[:, :-1], [[0, 0], [1, 0], [0, 0]])


MIXING = {
    "cumulate": lambda: Cumulate(),
    "softmax over time": lambda: layers.Softmax(axis=1),
    "group normalisation": lambda: layers.GroupNormalization(2),
    "normalisation of time": lambda: layers.LayerNormalization(axis=[1, 2]),
    "normalisation": lambda: layers.LayerNormalization(),
    "spectral": lambda: layers.SpectralNormalization(
        layers.Conv1D(4, 3, padding="same")
    ),
    "shift": lambda: layers.Lambda(shift),
    "flip": lambda: layers.Lambda(lambda v: ops.flip(v, 1)),
    "mean": lambda: layers.GlobalAveragePooling1D(keepdims=True),
    "last": lambda: layers.Lambda(lambda v: v[:, -1]),
    "dense": lambda: layers.Dense(3),
    "causal": lambda: layers.Conv1D(2, 2, padding="causal"),
    "every second": lambda: layers.Lambda(lambda v: v[:, ::2]),
}


def made_of(layer, *, behind=None):
    keras.utils.set_random_seed(1)
    start = keras.Input((STEPS, 4))
    inner = start if behind is None else behind(start)
    return keras.Model(start, layer(inner))


def drawn_matrix(diagram, source, reader):
    """Return which step of a row has an arrow to which step of another, bool (readers, sources)."""
    found = {pair for pair in read_arrows(diagram.scene) if None not in pair}
    pairs = []
    for up, down in found:
        if up.startswith(source) and down.startswith(reader):
            pairs.append((step_of(down), step_of(up)))
    matrix = np.zeros((1 + max(p[0] for p in pairs), STEPS), dtype=bool)
    for pair in pairs:
        matrix[pair] = True
    return matrix


def step_of(name):
    return int(name.rpartition("t = ")[2]) if "t = " in name else 0


def moved_matrix(function, x):
    """Return which output step differs where one input step is raised, bool (outputs, inputs)."""
    before = np.asarray(function(x))
    columns = []
    for t in range(x.shape[1]):
        raised = x.copy()
        raised[:, t] += np.random.default_rng(t).normal(size=x[:, t].shape)
        gap = np.abs(np.asarray(function(raised)) - before)
        steps = (
            gap.max(axis=(0, *range(2, gap.ndim)))
            if gap.ndim > 2
            else gap.max(keepdims=True)
        )
        columns.append(steps.ravel() > 1e-6)
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("name", MIXING)
def test_arrows_go_where_a_moved_step_arrives(name):
    model = made_of(MIXING[name]())
    x = np.random.default_rng(0).normal(size=(2, STEPS, 4)).astype("float32")
    diagram = unrolled.draw(model, x)
    title = next(row.title for row in diagram._rows if row.is_output)
    function = lambda a: ops.convert_to_numpy(model(a))  # noqa: E731
    np.testing.assert_array_equal(
        drawn_matrix(diagram, "Input data", title), moved_matrix(function, x)
    )
    assert_tidy(diagram.scene)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_flip_turns_the_order_of_what_a_layer_returns(backwards):
    """CRNN: the output of a backward layer, turned round, stands in the order of the data again."""
    behind = layers.LSTM(
        3, return_sequences=True, go_backwards=backwards, name="reader"
    )
    model = made_of(
        layers.Lambda(lambda v: ops.flip(v, 1), name="flip"), behind=behind
    )
    diagram = unrolled.draw(model)
    crossed = np.eye(STEPS, dtype=bool)[::-1]
    expected = np.eye(STEPS, dtype=bool) if backwards else crossed
    np.testing.assert_array_equal(
        drawn_matrix(diagram, "LSTM(3)", "Lambda"), expected
    )
    trace = unrolled.trace(model)
    flipped, h = trace["flip"].outputs[0], trace["reader"].h
    np.testing.assert_array_equal(flipped, h if backwards else h[:, ::-1])


def test_a_gate_of_one_step_reaches_all_steps():
    start = keras.Input((STEPS, 4))
    gate = layers.Dense(4, activation="sigmoid")(
        layers.GlobalAveragePooling1D(keepdims=True, name="squeeze")(start)
    )
    diagram = unrolled.draw(
        keras.Model(start, layers.Multiply(name="excite")([start, gate]))
    )
    arrows = read_arrows(diagram.scene)
    assert (
        sum(
            a.startswith("Dense(4)") and b.startswith("Multiply")
            for a, b in arrows
        )
        == STEPS
    )
    squeezed = [a for a, b in arrows if b.startswith("GlobalAveragePooling1D")]
    assert sorted(map(step_of, squeezed)) == list(range(STEPS))


# Values ----------------------------------------------------------------------------------------


def hovers(diagram, title):
    boxes = [
        s
        for s in diagram.scene.shapes
        if isinstance(s, Box) and s.title.startswith(title)
    ]
    return {box.step[1]: box.title for box in boxes}


def listed(values):
    return ", ".join(f"{v:.3g}" for v in values.tolist())


def test_a_masked_step_shows_what_the_layer_returns():
    start, mask = keras.Input((4, 3)), keras.Input((4,), dtype="bool")
    reader = layers.LSTM(
        2, return_sequences=True, zero_output_for_mask=True, name="lstm"
    )
    model = keras.Model([start, mask], reader(start, mask=mask))
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    diagram = unrolled.draw(
        model, [x, np.array([[1, 1, 1, 0], [1, 1, 0, 0]], bool)]
    )
    output = ops.convert_to_numpy(
        model([x, np.array([[1, 1, 1, 0], [1, 1, 0, 0]], bool)])
    )[0]
    shown = hovers(diagram, "LSTM(2)")
    assert all(listed(output[t]) in shown[t] for t in range(4))
    np.testing.assert_array_equal(output[3], 0)


def test_the_halves_of_a_masked_merge_add_up():
    ids = keras.Input((STEPS,), dtype="int32")
    both = layers.Bidirectional(
        layers.GRU(2, return_sequences=True), merge_mode="sum"
    )
    model = keras.Model(ids, both(layers.Embedding(20, 4, mask_zero=True)(ids)))
    diagram = unrolled.draw(model, np.array([[3, 4, 5, 0, 0], [1, 2, 3, 4, 5]]))
    forward, backward, merged = (row.values[0] for row in diagram._rows[2:5])
    np.testing.assert_allclose(forward + backward, merged, atol=1e-6)


# Axes and states -------------------------------------------------------------------------------


def test_image_states_are_no_steps():
    start, h, c = (
        keras.Input((3, 5, 5, 1)),
        keras.Input((5, 5, 2)),
        keras.Input((5, 5, 2)),
    )
    reader = layers.ConvLSTM2D(2, 3, padding="same")
    diagram = unrolled.draw(
        keras.Model([start, h, c], reader(start, initial_state=[h, c]))
    )
    words = diagram.words()
    assert "timesteps 5" not in words
    assert words.count("rows 5, columns 5, channels 2") == 2
    assert {
        row.aside
        for row in diagram._rows
        if row.axes[1:] == ((5, "rows"), (5, "columns"), (2, "channels"))
    } == {True}
    assert_tidy(diagram.scene)


def test_an_encoder_of_two_halves_stands_beside_its_decoder():
    source, target = (
        keras.Input((STEPS,), dtype="int32", name=n)
        for n in ("source", "target")
    )
    both = layers.Bidirectional(layers.GRU(4), merge_mode="sum")
    state = both(layers.Embedding(20, 4)(source))
    decoder = layers.GRU(4, return_sequences=True, name="decoder")
    sequence = decoder(layers.Embedding(20, 4)(target), initial_state=state)
    diagram = unrolled.draw(
        keras.Model([source, target], layers.Dense(20)(sequence))
    )
    segments = {row.name: row.segment for row in diagram._rows}
    assert (segments["source"], segments["target"], segments["decoder"]) == (
        0,
        1,
        1,
    )
    assert_tidy(diagram.scene)


def test_two_sequences_of_other_lengths_share_no_columns():
    story, question = (
        keras.Input((steps,), dtype="int32", name=name)
        for steps, name in ((9, "story"), (4, "question"))
    )
    read = [
        layers.LSTM(3)(layers.Embedding(30, 5)(ids))
        for ids in (story, question)
    ]
    answer = layers.Dense(7)(layers.Concatenate()(read))
    diagram = unrolled.draw(keras.Model([story, question], answer))
    segments = {
        row.timesteps: row.segment for row in diagram._rows if row.timesteps
    }
    assert segments[9] != segments[4]
    starts = [t for t in diagram.scene.texts() if t.spans[0].text == "t = 0"]
    assert len({t.x for t in starts}) == 2
    assert_tidy(diagram.scene)


def test_ids_reach_the_embedding_of_a_nested_model():
    inner = keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(30, 8),
            layers.LSTM(8),
        ]
    )
    model = keras.Sequential([inner, layers.Dense(3)])
    x = np.random.default_rng(0).integers(0, 30, (8, 7)).astype("int32")
    model(x)
    diagram = unrolled.draw(model, x)
    assert "Input data (batch 8, timesteps 7): x: ids" in diagram.words()
    assert (
        sum(a.startswith("Input data") for a, _ in read_arrows(diagram.scene))
        == 7
    )


def test_the_second_output_of_a_layer_has_its_arrows():
    class Split(layers.Layer):
        def call(self, x):
            return ops.split(x, 2, axis=1)

    start = keras.Input((8, 3))
    _, second = Split(name="split")(start)
    diagram = unrolled.draw(keras.Model(start, layers.LSTM(4)(second)))
    arrows = read_arrows(diagram.scene)
    read = sorted(
        step_of(a) for a, b in arrows if b.startswith("output 1 of split")
    )
    assert read == [4, 5, 6, 7]
    assert "only another output of it is read" in diagram.words()


# Labels ----------------------------------------------------------------------------------------


def own_loss(y_true, y_pred):
    return ops.mean(y_pred) + 0.0 * ops.mean(ops.cast(y_true, "float32"))


def test_labels_of_an_own_loss_are_not_said_to_misfit():
    model = keras.Sequential(
        [
            keras.Input((6, 3)),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(5),
        ]
    )
    x, y = np.zeros((2, 6, 3)), np.array([[1, 2, 3], [4, 0, 0]])
    assert "does not fit" in unrolled.draw(model, x, y).words()
    model.compile("adam", own_loss)
    for diagram in (
        unrolled.draw(model, x, y),
        unrolled.draw(unrolled.trace(model, x), y=y),
    ):
        assert (
            "how own_loss pairs it with the output is not known"
            in diagram.words()
        )
        assert not any(
            s.stroke == "warn"
            for s in diagram.scene.shapes
            if isinstance(s, Box)
        )


def test_a_trace_knows_the_loss_of_its_model():
    model = keras.Sequential(
        [
            keras.Input((6, 3)),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(5),
        ]
    )
    model.compile("adam", "ctc")
    x, y = np.zeros((2, 6, 3)), np.array([[1, 2, 3], [4, 0, 0]])
    assert (
        unrolled.draw(unrolled.trace(model, x), y=y).words()
        == unrolled.draw(model, x, y).words()
    )


def test_a_model_with_its_own_loss_is_drawn_with_its_labels():
    class Ranker(keras.Model):
        def compute_loss(
            self, x=None, y=None, y_pred=None, sample_weight=None, training=True
        ):
            return ops.mean(
                ops.square(y_pred["score"] - ops.cast(y, "float32"))
            )

    start = keras.Input((6, 3))
    h = layers.GRU(4)(start)
    model = Ranker(start, {"score": layers.Dense(1)(h), "query": h})
    model.compile("adam")
    x, y = np.zeros((8, 6, 3), "float32"), np.ones((8, 1))
    assert np.isfinite(model.fit(x, y, verbose=0).history["loss"][0])
    words = unrolled.draw(model, x, y).words()
    assert "compute_loss()" in words
    assert "does not fit" not in words


# Names -----------------------------------------------------------------------------------------


def details(diagram):
    return {row.name: row.details for row in diagram._rows}


def test_a_name_that_was_given_is_shown():
    model = keras.Sequential(
        [
            keras.Input((4, 2)),
            layers.Conv1D(3, 2),
            layers.GRU(3, return_sequences=True, name="encoder"),
            layers.GRU(3),
        ]
    )
    shown = details(unrolled.draw(model))
    assert "name='encoder'" in shown["encoder"]
    others = [lines for name, lines in shown.items() if name != "encoder"]
    assert not any("name=" in line for lines in others for line in lines)


def test_what_runs_at_every_step_is_named():
    words = keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(50, 8),
            layers.GRU(8),
        ]
    )
    start = keras.Input((4, 7), dtype="int32")
    model = keras.Model(
        start, layers.TimeDistributed(words, name="each")(start)
    )
    assert (
        "at every step: Embedding(50, 8), GRU(8)"
        in details(unrolled.draw(model))["each"]
    )


def test_two_outputs_of_one_layer_have_titles_of_their_own():
    start = keras.Input((4, 2))
    both = layers.Bidirectional(layers.LSTM(3), merge_mode=None, name="both")(
        start
    )
    titles = [
        row.title for row in unrolled.draw(keras.Model(start, both))._rows
    ]
    assert len([t for t in titles if t.startswith("Labels")]) == 2
    assert len({t for t in titles if t.startswith("Labels")}) == 2


def test_of_many_samples_a_subclassed_model_runs_one_batch():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.reader = layers.GRU(3)

        def call(self, x):
            return self.reader(x)

    model, x = (
        Net(),
        np.random.default_rng(0).normal(size=(100, 4, 2)).astype("float32"),
    )
    expected = ops.convert_to_numpy(model(x))[70]
    diagram = unrolled.draw(model, x, sample=70)
    assert "(batch 32, timesteps 4" in diagram.words()
    shown = next(row for row in diagram._rows if row.is_output)
    np.testing.assert_allclose(
        shown.values[0][-1], expected, rtol=1e-4, atol=1e-6
    )


def test_an_arrow_that_changes_columns_beside_boxes_ends_upright():
    start = keras.Input((8, 3))
    _, second = Split()(start)
    scene = unrolled.draw(keras.Model(start, layers.LSTM(4)(second))).scene
    assert_tidy(scene)
    bent = [s for s in lines_of(scene) if s.head and len(s.points) > 2]
    assert len(bent) == 4, "one for each step of the second half"
    for line in bent:
        (x1, y1), (x2, y2) = line.points[-2:]
        assert x1 == x2, "the last stretch leans"
        assert y1 - y2 >= 8, "it is shorter than its head"


def test_what_attention_weighs_is_drawn_with_its_steps():
    x = keras.Input((8, 3))
    blocks = layers.Reshape((4, 6), name="blocks")(x)
    weighed = layers.MultiHeadAttention(2, 2)(blocks, blocks)
    diagram = unrolled.draw(keras.Model(x, weighed))
    assert_tidy(diagram.scene)
    (line,) = [
        line for line in diagram.words().splitlines() if "'blocks'" in line
    ]
    assert "returns (batch 3, timesteps 4, features 6)" in line
    assert "a step reads up to 2 steps of the row below" in line
