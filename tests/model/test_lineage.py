"""What a model of one's own does between its layers, in call(), is traced back to the layers it is made of."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

X = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")


class Block(layers.Layer):
    """Two branches, added outside any layer."""

    def __init__(self):
        super().__init__(name="block")
        self.left = layers.LSTM(4, return_sequences=True, name="left")
        self.right = layers.LSTM(4, return_sequences=True, name="right")
        self.top = layers.GRU(3, name="top")

    def call(self, x):
        return self.top(self.left(x) + self.right(x))


class Branches(keras.Model):
    """The same in the model, with a value that is read twice, and an output that no layer makes."""

    def __init__(self):
        super().__init__(name="branches")
        self.left = layers.LSTM(4, return_sequences=True, name="left")
        self.right = layers.LSTM(4, return_sequences=True, name="right")
        self.top = layers.GRU(4, name="top")
        self.out = layers.Dense(1, name="out")

    def call(self, x):
        total = self.left(x) + self.right(2 * x)
        top = self.top(total, initial_state=keras.ops.mean(total, axis=1))
        return self.out(keras.ops.concatenate([top, total[:, -1]], axis=-1)), keras.ops.tanh(top)


class Unseen(keras.Model):
    """What only NumPy can do."""

    def __init__(self):
        super().__init__(name="unseen")
        self.low = layers.Dense(3, name="low")
        self.top = layers.GRU(3, name="top")

    def call(self, x):
        return self.top(
            keras.ops.convert_to_tensor(np.sort(keras.ops.convert_to_numpy(self.low(x)), axis=1))
        )


def called(model):
    model(X)
    return model


def names(making):
    return [call.layer_name for call, _ in making.sources]


def test_every_input_made_in_call_is_traced_back():
    trace = unrolled.trace(called(Branches()), X)
    assert names(trace["right"].made_from[0]) == [trace.inputs[0].layer_name]
    assert [names(m) for m in trace["top"].made_from] == [["left", "right"]] * 2
    assert trace["top"].made_from[1].operations == ("Add", "Mean")
    assert trace["left"].made_from == (None,)
    out = trace["out"].made_from[0]
    assert names(out) == ["top", "left", "right"]
    assert set(out.operations) == {"Add", "GetItem", "Concatenate"}
    assert trace.outputs_made_from[0] is None
    assert names(trace.outputs_made_from[1]) == ["top"]


def test_the_words_say_it():
    words = unrolled.draw(called(Branches()), X).words()
    assert "reads left, right" in words
    assert "through Add" in words
    assert "made in call() by Tanh" in words
    assert "read by no layer" not in words


def test_inside_a_layer_of_ones_own():
    model = keras.Sequential([keras.Input((5, 3)), Block()])
    trace = unrolled.trace(model, X)
    assert names(trace["top"].made_from[0]) == ["left", "right"]


def test_what_cannot_be_seen_is_not_claimed():
    model = Unseen()
    model(X)
    trace = unrolled.trace(model, X)
    assert trace["top"].sources == (None,)
    assert trace["top"].made_from == (None,)
    assert "read by no layer" not in unrolled.draw(model, X).words()


@pytest.mark.parametrize("make", [Branches, Unseen])
def test_the_model_is_left_as_it_was(make):
    model = called(make())
    before = [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in model.layers]
    unrolled.trace(model, X)
    assert [
        (len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in model.layers
    ] == before


def test_several_batches_keep_it():
    trace = unrolled.trace(called(Branches()), np.concatenate([X, X]), batch_size=2)
    assert trace["top"].made_from[0].sources[0][0] is trace["left"]
    assert names(trace.outputs_made_from[1]) == ["top"]
