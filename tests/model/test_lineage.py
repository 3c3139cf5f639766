"""What a model of one's own does between its layers is traced back to what it is made of."""

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
        return self.out(
            keras.ops.concatenate([top, total[:, -1]], axis=-1)
        ), keras.ops.tanh(top)


def by_numpy(function, x, *args, **kwargs):
    """Apply a function of NumPy, which leaves no record in Keras."""
    arrays = keras.tree.map_structure(keras.ops.convert_to_numpy, x)
    return keras.ops.convert_to_tensor(function(arrays, *args, **kwargs))


class Foreign(keras.Model):
    """What only NumPy does."""

    def __init__(self):
        super().__init__(name="foreign")
        self.low = layers.Dense(3, name="low")
        self.gate = layers.Dense(3, name="gate")
        self.top = layers.GRU(3, return_sequences=True, name="top")

    def call(self, x):
        turned = by_numpy(np.flip, self.low(x), axis=1)
        gate = self.gate(by_numpy(np.mean, x, axis=1))
        return by_numpy(np.roll, self.top(turned * gate[:, None]), 1, axis=1)


class Unseen(keras.Model):
    """A value that is never the same, made where nobody hears it."""

    def __init__(self):
        super().__init__(name="unseen")
        self.low = layers.Dense(3, name="low")
        self.top = layers.GRU(3, name="top")

    def call(self, x):
        noise = np.random.default_rng().normal()
        return self.top(by_numpy(np.multiply, self.low(x), noise))


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


def test_what_is_not_keras_is_tried():
    trace = unrolled.trace(called(Foreign()), X)
    assert trace["low"].made_from == (None,)
    gate = by_source(trace["gate"].made_from[0])
    assert gate.keys() == {trace.inputs[0].layer_name}
    assert all(np.array_equal(r, np.ones((1, 5))) for r in gate.values())
    reaches = by_source(trace["top"].made_from[0])
    assert np.array_equal(reaches.pop("low"), np.eye(5)[::-1])
    assert np.array_equal(reaches.pop("gate"), np.ones((5, 1)))
    assert not reaches
    rolled = by_source(trace.outputs_made_from[0])
    assert np.array_equal(rolled["top"], np.roll(np.eye(5), 1, axis=0))


def test_the_words_say_what_has_no_name():
    words = unrolled.draw(called(Foreign()), X).words()
    assert "through operations outside Keras in call()" in words
    assert "made in call() by operations outside Keras" in words
    assert "read by no layer" not in words


@pytest.mark.parametrize("make", [Branches, Foreign, Unseen])
def test_the_model_is_left_as_it_was(make):
    model = called(make())
    before = [
        (len(layer._inbound_nodes), len(layer._outbound_nodes))
        for layer in model.layers
    ]
    unrolled.trace(model, X)
    assert [
        (len(layer._inbound_nodes), len(layer._outbound_nodes))
        for layer in model.layers
    ] == before


def test_several_batches_keep_it():
    trace = unrolled.trace(
        called(Branches()), np.concatenate([X, X]), batch_size=2
    )
    assert trace["top"].made_from[0].sources[0][0] is trace["left"]
    assert names(trace.outputs_made_from[1]) == ["top"]


class Decoding(keras.Model):
    """A loop of one's own: each step reads what the one before predicted."""

    stack = staticmethod(keras.ops.stack)

    def __init__(self):
        super().__init__(name="decoding")
        self.cell = layers.LSTMCell(4, name="cell")
        self.rnn = layers.RNN(self.cell, return_state=True, name="rnn")
        self.out = layers.Dense(3, name="out")

    def call(self, x):
        h, *state = self.rnn(x)
        made = [self.out(h)]
        for _ in range(3):
            h, state = self.cell(made[-1], states=state)
            made.append(self.out(h))
        return self.stack(made, axis=1)


class DecodingByNumPy(Decoding):
    """The same, with steps that are laid together where nobody hears it."""

    @staticmethod
    def stack(made, axis):
        return by_numpy(np.stack, made, axis=axis)


class StepByStep(keras.Model):
    """A loop of one's own over the steps of x, cut out of it where nobody hears it."""

    def __init__(self):
        super().__init__(name="step_by_step")
        self.cell = layers.GRUCell(4, name="cell")

    def call(self, x):
        h = keras.ops.zeros((len(x), 4))
        for t in range(x.shape[1]):
            h, _ = self.cell(by_numpy(np.take, x, t, axis=1), [h])
        return h


class Padded(keras.Model):
    """Operations that Keras runs as objects of their own, and some that it does not."""

    def __init__(self):
        super().__init__(name="padded")
        self.low = layers.Dense(3, name="low")
        self.gate = layers.Dense(3, name="gate")
        self.top = layers.Dense(2, name="top")
        self.seen = []
        self.runs = 0

    def call(self, x):
        self.runs += 1
        h = self.low(x)
        self.seen.append(h.shape)
        gate = self.gate(keras.ops.mean(h, axis=1, keepdims=True))
        later = keras.ops.pad(h[:, :-1] * gate, [[0, 0], [1, 0], [0, 0]])
        return self.top(keras.ops.flip(later + 1, axis=1))[:, ::2]


def by_source(making):
    return {
        call.layer_name: r
        for (call, _), r in zip(making.sources, making.reach, strict=True)
    }


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_ids_are_followed_into_a_nested_model(dtype):
    ids = keras.Input((7,), dtype="int32")
    encoder = keras.Model(
        ids, layers.LSTM(8)(layers.Embedding(30, 8, name="vectors")(ids))
    )
    model = keras.Sequential([encoder, layers.Dense(3)])
    x = np.random.default_rng(0).integers(0, 30, (8, 7)).astype(dtype)
    model(x)
    making = unrolled.trace(model, x)["vectors"].made_from[0]
    (source, _), *others = making.sources
    assert source.layer_class == "InputLayer"
    assert not others
    assert np.array_equal(making.reach[0], np.eye(7))


@pytest.mark.parametrize(
    ("make", "operation"),
    [(Decoding, "Stack"), (DecodingByNumPy, "operations outside Keras")],
)
def test_a_loop_of_ones_own_goes_on_to_the_output(make, operation):
    making = unrolled.trace(called(make()), X).outputs_made_from[0]
    assert [(call.layer_name, call.number) for call, _ in making.sources] == [
        ("out", k) for k in range(4)
    ]
    assert making.operations == (operation,)
    for k, reach in enumerate(making.reach):
        assert reach.tolist() == [[k == row] for row in range(4)]


def test_a_loop_of_ones_own_reads_step_by_step():
    trace = unrolled.trace(called(StepByStep()), X)
    for t, call in enumerate(trace["cell"]):
        (reach,) = call.made_from[0].reach
        assert reach.tolist() == [[t == step for step in range(5)]]


def test_what_operations_do_to_steps_is_measured():
    model = called(Padded())
    trace = unrolled.trace(model, X)
    assert np.array_equal(
        by_source(trace["gate"].made_from[0])["low"], np.ones((1, 5))
    )
    reaches = by_source(trace["top"].made_from[0])
    assert np.array_equal(reaches["low"], np.eye(5, k=-1)[::-1])
    assert reaches["gate"][:, 0].tolist() == [True] * 4 + [False]
    assert np.array_equal(
        by_source(trace.outputs_made_from[0])["top"], np.eye(5)[::2]
    )


def test_attributes_that_call_sets_are_put_back():
    model = called(Padded())
    runs, seen = model.runs, list(model.seen)
    unrolled.trace(model, X)
    assert model.runs == runs + 1
    assert list(model.seen) == [*seen, (2, 5, 3)]


def test_a_call_that_only_passes_on_runs_once():
    class Plain(keras.Model):
        def __init__(self):
            super().__init__()
            self.low, self.runs = layers.Dense(2), []

        def call(self, x):
            self.runs.append(isinstance(x, keras.KerasTensor))
            return self.low(x)

    model = called(Plain())
    runs = list(model.runs)
    unrolled.trace(model, X)
    assert list(model.runs) == [*runs, False]
