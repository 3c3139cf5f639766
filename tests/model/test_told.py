"""What a picture shows is so: which step reads which, which values stand where, the words."""

import keras
import numpy as np
import pytest
from cases import EACH, case
from catalogue import make
from keras import layers
from picture_shapes import boxes_of, lines_of
from reading import read_arrows
from test_geometry import assert_tidy

import unrolled
from unrolled.scenes.colors import level

RNG = np.random.default_rng(0)


def picture(name):
    return case(name).diagram.scene


def draw(*parts, shape=(5, 2), x=None, y=None):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input(shape), *parts])
    x = RNG.normal(size=(3, *shape)).astype("float32") if x is None else x
    return unrolled.draw(model, x, y)


def steps(row, count=5):
    return [f"{row}, t = {t}" for t in range(count)]


def texts(scene):
    return ["".join(s.text for s in t.spans) for t in scene.texts()]


@pytest.mark.parametrize("name", EACH)
def test_every_arrow_runs_from_a_box_to_a_box(name):
    lost = [pair for pair in read_arrows(picture(name)) if None in pair]
    assert lost == []


def test_a_backward_layer_hands_its_last_step_on_first():
    arrows = read_arrows(picture("go_backwards"))
    assert {pair for pair in arrows if pair[1].startswith("GRU")} == set(
        zip(steps("LSTM(4)"), reversed(steps("GRU(3)")), strict=True)
    )


@pytest.mark.parametrize(
    "name", ["bidirectional_concat", "bidirectional_sum", "bidirectional_None"]
)
def test_both_halves_of_a_bidirectional_layer_read_every_step(name):
    arrows = read_arrows(picture(name))
    for pair in zip(steps("Input data"), steps("LSTM(3)"), strict=True):
        assert arrows[pair] == 2


@pytest.mark.parametrize("name", ["bidirectional_concat", "bidirectional_sum"])
def test_a_bidirectional_layer_merges_the_halves_step_by_step(name):
    arrows = read_arrows(picture(name))
    merged = {
        pair: n
        for pair, n in arrows.items()
        if pair[1].startswith("Bidirectional")
    }
    assert merged == dict.fromkeys(
        zip(steps("LSTM(3)"), steps("Bidirectional(LSTM(3))"), strict=True), 2
    )


def test_without_sequences_the_last_vectors_are_merged():
    arrows = read_arrows(picture("bidirectional_last"))
    assert {p[0] for p in arrows if p[1].startswith("Bidirectional")} == {
        "GRU(3), t = 4",
        "GRU(3), t = 0",
    }
    assert "step by step" not in case("bidirectional_last").diagram.words()


def test_cells_of_one_layer_work_on_the_same_step():
    arrows = read_arrows(picture("bidirectional_cells"))
    between = {
        pair: n for pair, n in arrows.items() if pair[0].startswith("LSTMCell")
    }
    assert between == dict.fromkeys(
        zip(steps("LSTMCell(3)"), steps("GRUCell(2)"), strict=True), 2
    )
    merged = [p for p in arrows if p[1].startswith("Bidirectional(RNN([")]
    assert set(merged) == {
        (a, b)
        for a, b in zip(
            steps("GRUCell(2)"), [p[1] for p in sorted(merged)], strict=True
        )
    }


def test_a_sum_reads_every_step_of_both_its_inputs():
    arrows = read_arrows(picture("residual"))
    for source in ("Input data", "LSTM(4)"):
        for pair in zip(steps(source, 6), steps("Add()", 6), strict=True):
            assert arrows[pair] == 1


def test_an_index_reads_the_step_it_names():
    arrows = read_arrows(picture("operations"))
    assert [p[0] for p in arrows if p[1] == "x[:, -1]"] == ["Add(), t = 4"]


def test_a_map_that_becomes_steps_reaches_them_all():
    arrows = read_arrows(picture("attention_by_hand"))
    assert (
        sum(
            p[1].startswith("Multiply()")
            for p in arrows
            if not p[0].startswith("LSTM")
        )
        == 6
    )


@pytest.mark.parametrize(
    "name",
    [
        "learned_initial_state",
        "state_from_static_features",
        "bidirectional_encoder",
    ],
)
def test_given_states_come_by_a_wire_from_the_row_that_makes_them(name):
    scene = picture(name)
    words = texts(scene)
    assert not any(w.endswith("…") and w != "…" for w in words), "a name is cut"
    first = [
        s
        for s in boxes_of(scene)
        if s.title.partition(": ")[0].endswith("t = 0")
    ]
    wires = state_wires(scene)
    reached = {
        wire.stroke
        for wire in wires
        if any(ends_at(wire, box) for box in first)
    }
    assert reached == {"h", "c"}


def state_wires(scene):
    return [
        s
        for s in lines_of(scene)
        if s.stroke in ("h", "c") and len(s.points) > 2
    ]


def ends_at(wire, box):
    """Return whether a wire ends at the left side of a box."""
    x, y = wire.points[-1]
    return abs(x - box.bounds[0]) < 4 and box.bounds[1] <= y <= box.bounds[3]


# Values --------------------------------------------------------------------------------------


def test_a_strip_shows_the_one_of_a_one_hot_column():
    x = np.eye(90, dtype="float32")[RNG.integers(0, 90, (2, 5))]
    scene = draw(layers.LSTM(3), shape=(5, 90), x=x).scene
    boxes = boxes_of(scene)
    low = max(s.bounds[1] for s in boxes if s.radius and s.step)
    for t in range(5):
        bands = [
            s.fill for s in boxes if s.step == (0, t) and s.bounds[1] > low
        ]
        assert sum(fill == f"v{level(1.0, 1.0)}" for fill in bands) == 1, (
            "the one is lost between the bands"
        )


def test_a_value_that_is_not_zero_is_not_printed_as_zero():
    model = keras.Sequential(
        [keras.Input((3, 2)), layers.Dense(1, use_bias=False, name="tiny")]
    )
    model.layers[0].set_weights([np.array([[3e-4], [0.0]], "float32")])
    x = np.ones((1, 3, 2), "float32")
    printed = [
        t
        for t in texts(unrolled.draw(model, x).scene)
        if t.strip("0.-−") == "" and t.strip()
    ]
    assert printed == []


@pytest.mark.parametrize(
    "head",
    [
        [layers.Dense(7)],
        [layers.Dense(7, activation="softmax")],
        [layers.TimeDistributed(layers.Dense(7, activation="softmax"))],
        [layers.Dense(7), layers.Activation("softmax")],
        [layers.Dense(7), layers.Softmax()],
    ],
)
@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_class_ids_fit_an_output_of_that_many_classes(head, dtype):
    y = RNG.integers(0, 7, (3, 5)).astype(dtype)
    words = draw(layers.LSTM(4, return_sequences=True), *head, y=y).words()
    assert "does not fit" not in words
    assert "class ids" in words


def test_ids_of_a_float_input_are_printed_whole():
    x = np.array([[3, 1, 4, 1, 5]])
    scene = draw(layers.Embedding(9, 4), layers.LSTM(2), shape=(5,), x=x).scene
    assert {"3", "4", "5"} <= set(texts(scene))


def test_given_labels_are_shown_wherever_the_output_comes_from():
    for name in ("cell_called_by_hand", "multi_step_dense"):
        model, x, y = make(name)
        diagram = unrolled.draw(model, x, y)
        assert "y" not in texts(diagram.scene), (
            f"{name}: labels that are given are not an empty box"
        )
        assert "\n- Labels y" in diagram.words()


def test_a_forecast_of_several_steps_has_columns():
    """Dense(steps * features) and Reshape((steps, features)): the head of many forecasts."""
    lines = case("multi_step_dense").diagram.words().splitlines()
    assert "timesteps 4" in next(line for line in lines if "'reshape'" in line)


# Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EACH)
def test_the_number_of_weights_is_never_cut(name):
    run = case(name)
    told = " ".join(texts(run.diagram.scene))
    for layer in run.model.layers:
        calls = [
            c
            for c in run.trace.calls
            if c.layer_name == layer.name
            and not c.is_model
            and c.parent is None
        ]
        if layer.count_params() and calls and not calls[0].inside:
            assert f"{layer.count_params()} weights" in told, layer.name


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Conv2D(4, 3)", ["strides", "dilation_rate"]),
        ("MaxPooling2D()", ["pool_size", "strides"]),
        ("MaxPooling1D()", ["strides"]),
        ("LayerNormalization()", ["axis"]),
        ("MultiHeadAttention(2, 4)", ["value_dim", "attention_axes"]),
    ],
)
def test_nothing_is_written_that_the_user_did_not_write(line, parts):
    from unrolled.keras_bridge.constructors import describe

    layer = eval(line, vars(layers))
    shape = (2, 8, 8, 3) if "2D" in line else (2, 8, 3)
    x = np.zeros(shape, "float32")
    layer(x, x) if "Attention" in line else layer(x)
    assert describe(layer) == line, f"without {parts}"


def test_axes_are_called_what_they_are():
    words = case("conv_lstm_1d").diagram.words()
    assert "timesteps 10" not in words, "ten places of a map"
    words = case("attention_by_hand").diagram.words()
    assert "timesteps 8" not in words, "eight units, six steps"
    words = case("multi_head_attention").diagram.words()
    assert "heads 2, timesteps 5, timesteps 5" in words
    words = case("time_distributed_lstm").diagram.words()
    assert not any(word in words for word in ("rows", "channels", "filters")), (
        "there is no map"
    )


def test_only_what_works_step_by_step_has_the_same_weights_at_every_step():
    for name, layer in (
        ("transformer", "positions"),
        ("transformer", "self_attention_0"),
    ):
        line = next(
            w
            for w in case(name).diagram.words().splitlines()
            if repr(layer) in w
        )
        assert "same weights at every timestep" not in line, layer


def test_a_mask_that_does_not_arrive_is_told():
    for name in ("attention", "state_from_static_features"):
        assert "does not reach" in case(name).diagram.words()


def test_a_mask_that_is_an_input_is_told():
    words = case("mask_as_input").diagram.words()
    assert "mask of reader, last" in words


def test_functions_and_models_inside_are_named():
    assert "manhattan" in case("siamese").diagram.words()
    assert "TimeDistributed(cnn" in case("cnn_per_frame").diagram.words()


@pytest.mark.parametrize(
    "name",
    ["float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"],
)
def test_a_dtype_policy_is_told(name):
    assert name in case(name).diagram.words()


def test_unknown_cells_are_told_to_be_unknown():
    for name in (
        "custom_cell",
        "custom_cell_of_two_states",
        "custom_cell_like_lstm",
        "custom_cells_stacked",
    ):
        words = case(name).diagram.words()
        assert "not known" in words
        assert any("not known" in t for t in texts(picture(name)))
    for name in ("rnn_of_cells", "bidirectional_cells", "rnn_of_cell"):
        assert "not known" not in case(name).diagram.words()


# Layers that hold layers ---------------------------------------------------------------------


class Reader(layers.Layer):
    """The Encoder of many tutorials: a layer of one's own that holds a recurrent one."""

    def __init__(self, **options):
        super().__init__(**options)
        self.words = layers.Embedding(20, 4, name="word_vectors")
        self.reader = layers.Bidirectional(
            layers.GRU(3, return_sequences=True), name="word_reader"
        )

    def call(self, x):
        return self.reader(self.words(x))


def test_recurrent_layers_inside_a_layer_of_ones_own_are_drawn():
    start = keras.Input((6,), dtype="int32")
    model = keras.Model(start, layers.Dense(1)(Reader(name="encoder")(start)))
    diagram = unrolled.draw(model, RNG.integers(0, 20, (2, 6)))
    assert_tidy(diagram.scene)
    assert "word_reader" in diagram.words()
    assert "back to 0" in diagram.words()


def test_labels_of_a_loss_that_aligns_them_are_joined_to_every_step():
    model = keras.Sequential(
        [
            keras.Input((6, 3)),
            keras.layers.LSTM(4, return_sequences=True),
            keras.layers.Dense(5),
        ]
    )
    x, y = np.zeros((2, 6, 3)), np.array([[1, 2, 3], [4, 0, 0]])
    unknown = unrolled.draw(model, x, y)
    assert "does not fit the output" in unknown.words()
    model.compile("adam", "ctc")
    diagram = unrolled.draw(model, x, y)
    assert (
        "Labels y (batch 2, targets 3): paired with the output by the loss ctc."
        in diagram.words()
    )
    joined = [
        line
        for line in diagram.scene.shapes
        if getattr(line, "stroke", "") == "targets" and line.dashed
    ]
    assert len({line.points[0][0] for line in joined}) == 6
    assert len({line.points[-1][0] for line in joined}) == 1
