"""What a picture and an explanation say: texts that a reader meets, word by word."""

import re

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.scenes.glyphs import format_value

RNG = np.random.default_rng(0)


def values(*shape):
    return RNG.normal(size=shape).astype("float32")


def drawn(*parts):
    model = keras.Sequential([keras.Input((5, 2)), *parts])
    return unrolled.draw(model, values(3, 5, 2))


def texts(diagram):
    return ["".join(s.text for s in t.spans) for t in diagram.scene.texts()]


def row(diagram, name):
    """Return the sentence of the words that tells of a layer."""
    (found,) = (
        line
        for line in diagram.words().splitlines()
        if f"layer '{name}'" in line
    )
    return found


@pytest.mark.parametrize("mode", ["concat", "sum", "ave", "mul"])
def test_how_both_directions_are_joined(mode):
    both = layers.Bidirectional(
        layers.GRU(3, return_sequences=True), merge_mode=mode, name="both"
    )
    told = row(drawn(both), "both")
    assert "forward and backward" in told
    assert (mode in told) or mode == "ave"


def test_who_turns_the_steps_round():
    both = layers.Bidirectional(
        layers.LSTM(3, return_sequences=True, name="inner"), name="both"
    )
    back = layers.GRU(2, go_backwards=True, return_sequences=True, name="back")
    diagram = drawn(both, back)
    (within,) = (
        line
        for line in diagram.words().splitlines()
        if "backward_inner'" in line
    )
    assert "every step is returned, turned round by Bidirectional" in within
    assert "every step is returned, last step first" in row(diagram, "back")


@pytest.mark.parametrize("returns", [False, True])
def test_return_sequences_is_the_first_argument_that_is_shown(returns):
    layer = layers.LSTM(3, return_sequences=returns, go_backwards=True)
    shown = texts(drawn(layer))
    names = [
        name
        for text in shown
        for name in re.findall(r"(return_sequences|go_backwards)=", text)
    ]
    assert names == ["return_sequences", "go_backwards"]
    assert any(f"return_sequences={returns}" in text for text in shown)


@pytest.mark.parametrize("heads", [1, 2])
def test_how_many_heads_are_averaged(heads):
    entry = keras.Input((5, 2))
    h = layers.LSTM(4, return_sequences=True)(entry)
    model = keras.Model(entry, layers.MultiHeadAttention(heads, 3)(h, h))
    shown = " ".join(texts(unrolled.draw(model, values(3, 5, 2))))
    assert "attention weights" in shown
    assert ("mean of 2 heads" in shown) is (heads == 2)


def test_the_cells_of_a_layer_are_counted():
    cells = [layers.GRUCell(3), layers.LSTMCell(2)]
    shown = " ".join(texts(drawn(layers.RNN(cells, name="stack"))))
    assert "cell 0 of stack" in shown
    assert "cell 1 of stack" in shown


def test_labels_name_their_output_where_there_are_several():
    entry = keras.Input((5, 2))
    h = layers.LSTM(4)(entry)
    outputs = [layers.Dense(1, name=name)(h) for name in ("level", "flow")]
    words = unrolled.draw(keras.Model(entry, outputs), values(3, 5, 2)).words()
    assert "Labels y for level" in words
    assert "Labels y for flow" in words


def test_what_a_box_says_on_rest_is_in_the_file_and_nothing_else():
    diagram = drawn(layers.LSTM(3))
    said = sorted(
        s.title for s in diagram.scene.shapes if getattr(s, "title", "")
    )
    svg = diagram.svg()
    written = re.findall(r"<rect[^>]*><title>(.*?)</title>", svg)
    assert said
    assert len(written) == len(said)
    assert all(written)


def test_a_number_that_rounds_to_0_has_no_sign():
    assert format_value(np.float32(-1e-9), 1.0).strip("0.") == ""
    assert format_value(np.float32(-1.0), 1.0).startswith("−1")


def test_an_unknown_error_is_said_to_be_unknown():
    found = unrolled.explain("the valve is stuck")
    assert found.mistake is None
    assert "catalogue" in found.what
    assert str(found).split() == found.what.split()


def test_a_message_is_known_in_capitals():
    text = (
        'Input 0 of layer "lstm" is incompatible with the layer: '
        "expected ndim=3, found ndim=2. Full shape received: (None, 4)"
    )
    assert unrolled.explain(text).mistake is not None
    assert (
        unrolled.explain(text.upper()).mistake == unrolled.explain(text).mistake
    )
