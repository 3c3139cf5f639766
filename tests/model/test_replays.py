"""A call that is made again leaves the layer as it was."""

from collections import OrderedDict

import keras
import numpy as np
from keras import layers

import unrolled

X = np.random.default_rng(0).normal(size=(4, 6, 3)).astype("float32")


class Noting(layers.Layer):
    """Keeps notes of its own while it runs."""

    def __init__(self):
        super().__init__(name="noting")
        self.shapes, self.last, self._count = [], {}, 0
        self.scale = self.add_weight(
            shape=(), initializer="ones", trainable=False
        )

    def call(self, x):
        self.shapes.append(tuple(x.shape))
        self.last["shape"] = tuple(x.shape)
        self._count += 1
        self.new = True
        self.scale.assign_add(1.0)
        self.add_loss(keras.ops.mean(x))
        return keras.ops.cumsum(x, axis=1) * self.scale


def test_notes_variables_and_losses_stay():
    layer = Noting()
    model = keras.Sequential(
        [keras.Input((6, 3)), layer, layers.Dropout(0.5), layers.GRU(2)]
    )
    model(X)
    trace = unrolled.trace(model, X)
    del layer.new
    before = (
        list(layer.shapes),
        dict(layer.last),
        layer._count,
        float(layer.scale.value),
    )
    losses, names = len(model.losses), sorted(vars(layer))
    assert np.array_equal(trace["noting"].reach[0, 0], np.tri(6))
    assert (
        list(layer.shapes),
        dict(layer.last),
        layer._count,
        float(layer.scale.value),
    ) == before
    assert len(model.losses) == losses
    assert sorted(vars(layer)) == names


class Renaming(layers.Layer):
    """Keeps a value under another name, and forgets the older of two notes, while it runs."""

    def __init__(self):
        super().__init__(name="renaming")
        self.named, self.newest = {}, OrderedDict()

    def start(self):
        self.named = {"before": 1}
        self.newest = OrderedDict(first=1, second=2)

    def call(self, x):
        self.named["after"] = self.named.pop("before", 1)
        # not popitem: a dict that Keras 3.13 tracks knows no last=False
        self.newest.pop(next(iter(self.newest)))
        self.newest["third"] = 3
        return keras.ops.cumsum(x, axis=1)


def test_keys_and_their_order_stay():
    layer = Renaming()
    layer.start()
    model = keras.Sequential([keras.Input((6, 3)), layer, layers.GRU(2)])
    layer.start()
    trace = unrolled.trace(model, X)
    layer.start()
    assert np.array_equal(trace["renaming"].reach[0, 0], np.tri(6))
    assert dict(layer.named) == {"before": 1}
    assert list(layer.newest.items()) == [("first", 1), ("second", 2)]


def test_dropout_of_the_run_is_drawn_alike():
    dropout = layers.Dropout(0.5, seed=1)
    model = keras.Sequential(
        [keras.Input((6, 3)), dropout, layers.Softmax(axis=1)]
    )
    trace = unrolled.trace(model, X, training=True)
    seed = keras.ops.convert_to_numpy(dropout.seed_generator.state)
    reach = trace.calls[0].reach[0, 0]
    assert not (reach & ~np.eye(6, dtype=bool)).any()
    assert reach.any()
    assert np.array_equal(
        keras.ops.convert_to_numpy(dropout.seed_generator.state), seed
    )


def test_a_fixed_batch_is_measured_in_batches_of_that_size():
    x = keras.Input(batch_shape=(4, 6, 3))
    y = keras.ops.reshape(keras.ops.flip(x, axis=1), (4, 6, 3))
    trace = unrolled.trace(keras.Model(x, y), X)
    flip, reshape = trace.calls
    assert np.array_equal(flip.reach[0, 0], np.eye(6)[::-1])
    assert np.array_equal(reshape.reach[0, 0], np.eye(6))


def test_samples_that_are_mixed_are_moved_together():
    class Centred(layers.Layer):
        def call(self, x):
            return x - keras.ops.mean(x, axis=0, keepdims=True)

    trace = unrolled.trace(
        keras.Sequential([keras.Input((6, 3)), Centred()]), X
    )
    assert np.array_equal(trace.calls[0].reach[0, 0], np.eye(6))


def test_of_what_is_never_the_same_nothing_is_claimed():
    class Random(layers.Layer):
        def call(self, x):
            return x + np.random.default_rng().normal()

    trace = unrolled.trace(keras.Sequential([keras.Input((6, 3)), Random()]), X)
    assert (0, 0) not in trace.calls[0].reach


def test_of_what_raises_nothing_is_claimed():
    class Once(layers.Layer):
        def call(self, x):
            if getattr(self, "done", False):
                raise RuntimeError("only once")
            return x * 2

    layer = Once()
    trace = unrolled.trace(keras.Sequential([keras.Input((6, 3)), layer]), X)
    layer.done = True
    assert dict(trace.calls[0].reach) == {}
