"""Names in the pictures of real models: words of ids, classes, windows, data frames."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.scenes.shapes import Text

WORDS = ["", "[UNK]", "pump", "the", "stopped"]
IDS = np.array([[3, 2, 4, 0]] * 2, dtype="int32")
CLASSES = ["calm", "storm", "flood"]


def texts(diagram):
    return [
        "".join(span.text for span in shape.spans)
        for shape in diagram.scene.shapes
        if isinstance(shape, Text)
    ]


def classifier():
    return keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(5, 3),
            layers.GRU(2),
            layers.Dense(3, activation="softmax"),
        ]
    )


class Frame:
    """An array whose columns have names, as a data frame is."""

    columns = ("pressure", "flow")

    def __array__(self, dtype=None, copy=None):
        return np.ones((4, 2), dtype)


def test_vocabulary_and_classes_stand_under_their_ids():
    diagram = unrolled.draw(
        classifier(), IDS, np.array([1, 2]), vocabulary=WORDS, classes=CLASSES
    )
    shown = texts(diagram)
    assert {"the", "pump", "stopped"} <= set(shown)
    assert shown.count("storm") == 2, "beside the output, and under the id"
    lines = diagram.words().splitlines()
    assert lines[1].endswith("in words: the, pump, stopped.")
    assert lines[-1].endswith("in words: storm.")
    titles = [getattr(shape, "title", "") for shape in diagram.scene.shapes]
    assert "Input data, t = 0: [the: 3]" in titles


def test_a_vocabulary_needs_a_word_for_each_id():
    with pytest.raises(
        ValueError,
        match=r"each id, 0 to 4; got 3 words\. Fix: the word of id k",
    ):
        unrolled.draw(classifier(), IDS, vocabulary=WORDS[:3])


def test_a_text_layer_gives_its_words():
    vectorize = layers.TextVectorization(output_sequence_length=4)
    vectorize.adapt(["the pump stopped", "the pump"])
    known = vectorize.get_vocabulary()
    model = keras.Sequential(
        [
            keras.Input((1,), dtype="string"),
            vectorize,
            layers.Embedding(len(known), 3),
            layers.LSTM(2),
        ]
    )
    diagram = unrolled.draw(model, np.array([["the pump stopped"]]))
    assert "in words: the, pump, stopped." in diagram.words()
    assert {"the", "pump", "stopped"} <= set(texts(diagram))
    # outside a model the layer itself is given
    outside = unrolled.draw(classifier(), IDS, vocabulary=vectorize).words()
    assert f"in words: {known[3]}, {known[2]}, {known[4]}." in outside


def test_a_lookup_in_a_nested_model_gives_its_words():
    lookup = layers.StringLookup(vocabulary=["pump", "valve"])
    ids = keras.Sequential([keras.Input((2,), dtype="string"), lookup])
    x = keras.Input((2,), dtype="string")
    made = layers.GRU(2)(layers.Embedding(3, 2)(ids(x)))
    diagram = unrolled.draw(keras.Model(x, made), np.array([["valve", "pump"]]))
    assert "in words: valve, pump." in diagram.words()


def test_windows_bring_names_and_labels():
    table = {"pressure": np.arange(20.0), "flow": np.arange(20.0)}
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1)]
    )
    windows = unrolled.windows(table, 5, targets="flow")
    lines = unrolled.draw(model, windows).words().splitlines()
    assert lines[1].endswith("named pressure, flow.")
    assert lines[-1].endswith("one label for each output value, named flow.")
    # other labels and names are taken where they are given
    other = unrolled.draw(
        model, windows, np.ones((15, 1)), features=["p", "f"], sample=1
    )
    assert "named p, f." in other.words()


def test_columns_of_a_frame_name_the_features_where_they_fit():
    flat = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    assert "named pressure, flow." in unrolled.draw(flat, Frame()).words()
