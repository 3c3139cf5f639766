"""Layers, cells and models of the user's own, as people write them; registered, so that they can be
saved.
"""

import keras
from keras import layers, ops

saved = keras.saving.register_keras_serializable("custom")


class Named:
    """Keeps its name when it is saved: Keras writes none for a class whose constructor has no
    argument of its own.
    """

    def get_config(self):
        return {**super().get_config(), "name": self.name}


class Sized(layers.Layer):
    """Keeps the arguments of its constructor for ``get_config``."""

    def __init__(self, *sizes, **options):
        super().__init__(**options)
        self.sizes = list(sizes)

    def get_config(self):
        return {**super().get_config(), "sizes": self.sizes}

    @classmethod
    def from_config(cls, config):
        return cls(*config.pop("sizes"), **config)


@saved
class MinimalCell(Sized):
    """A cell of one gate (minimal gated unit): Keras knows no such cell, nor does unrolled."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options)
        self.state_size = sizes[0]

    def build(self, shape):
        self.forget = self.add_weight(
            shape=(shape[-1] + self.state_size, self.state_size), name="forget"
        )
        self.new = self.add_weight(
            shape=(shape[-1] + self.state_size, self.state_size), name="new"
        )

    def call(self, x, states):
        h = states[0]
        gate = ops.sigmoid(ops.concatenate([x, h], axis=-1) @ self.forget)
        new = ops.tanh(ops.concatenate([x, gate * h], axis=-1) @ self.new)
        h = (1 - gate) * h + gate * new
        return h, [h]


@saved
class TwoStateCell(Sized):
    """A cell with two states of different widths, whose output is neither."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options)
        self.state_size, self.output_size = list(sizes), 2

    def build(self, shape):
        fast, slow = self.state_size
        self.fast = self.add_weight(shape=(shape[-1] + fast, fast), name="fast")
        self.slow = self.add_weight(shape=(fast + slow, slow), name="slow")
        self.out = self.add_weight(shape=(slow, 2), name="out")

    def call(self, x, states):
        fast = ops.tanh(ops.concatenate([x, states[0]], axis=-1) @ self.fast)
        slow = 0.9 * states[1] + 0.1 * ops.tanh(
            ops.concatenate([fast, states[1]], axis=-1) @ self.slow
        )
        return slow @ self.out, [fast, slow]


@saved
class PeepholeCell(layers.LSTMCell):
    """An LSTM cell whose gates also see c: a subclass, whose inside is its own."""

    def build(self, shape):
        super().build(shape)
        self.peep = self.add_weight(
            shape=(self.units,), initializer="ones", name="peep"
        )

    def call(self, inputs, states, training=False):
        h, c = states
        return super().call(inputs, [h + self.peep * c, c], training=training)


@saved
class LearnedStart(Sized):
    """A learned initial state, the same for every sample."""

    def build(self, shape):
        self.h = self.add_weight(
            shape=(1, self.sizes[0]), initializer="normal", name="h"
        )
        self.c = self.add_weight(
            shape=(1, self.sizes[0]), initializer="normal", name="c"
        )

    def call(self, x):
        ones = ops.ones_like(x[:, 0, :1])
        return ones * self.h, ones * self.c


@saved
class Encoder(Named, keras.Model):
    """A subclass that holds other models, one of them a subclass."""

    def __init__(self, **options):
        super().__init__(**options)
        self.front = keras.Sequential(
            [layers.Dense(4), layers.LSTM(5, return_sequences=True)],
            name="front",
        )
        self.head = Head(name="head")

    def call(self, x):
        return self.head(self.front(x))


@saved
class Head(Named, keras.Model):
    """Reads the steps and gives one number."""

    def __init__(self, **options):
        super().__init__(**options)
        self.reader, self.out = (
            layers.GRU(3, name="reader"),
            layers.Dense(1, name="out"),
        )

    def call(self, x):
        return self.out(self.reader(x))


@saved
class CellLoop(keras.Model):
    """Forecasts step by step: the first steps through an RNN, then its cell is called by hand on
    its own output.
    """

    def __init__(self, units, steps=3, **options):
        super().__init__(**options)
        self.steps = steps
        self.cell = layers.LSTMCell(units, name="cell")
        self.warm = layers.RNN(self.cell, return_state=True, name="warm_up")
        self.out = layers.Dense(2, name="out")

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.cell.units,
            "steps": self.steps,
        }

    def call(self, x):
        h, *states = self.warm(x)
        made = [self.out(h)]
        for _ in range(1, self.steps):
            h, states = self.cell(made[-1], states)
            made.append(self.out(h))
        return ops.stack(made, axis=1)


@saved
class AttentionWithContext(Sized):
    """One weight for each step from a learned context vector; returns the weighted sum of the
    steps.
    """

    supports_masking = True

    def build(self, shape):
        self.project = self.add_weight(
            shape=(shape[-1], shape[-1]), name="project"
        )
        self.context = self.add_weight(shape=(shape[-1], 1), name="context")

    def call(self, x, mask=None):
        scores = ops.tanh(x @ self.project) @ self.context
        return ops.sum(ops.softmax(scores, axis=1) * x, axis=1)

    def compute_mask(self, x, mask=None):
        return None


@saved
class Positions(Sized):
    """Adds a learned vector for each position."""

    def build(self, shape):
        self.vectors = self.add_weight(
            shape=(self.sizes[0], shape[-1]), name="vectors"
        )

    def call(self, x):
        return x + self.vectors


@saved
class Sampling(Named, layers.Layer):
    """Draws from a normal distribution, as a variational autoencoder does, with a seed that moves
    on.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.seed_generator = keras.random.SeedGenerator(7)

    def call(self, pair):
        mean, log_variance = pair
        return mean + ops.exp(0.5 * log_variance) * keras.random.normal(
            ops.shape(mean), seed=self.seed_generator
        )


@saved
class DictLayer(layers.Layer):
    """Returns a dict."""

    def call(self, x):
        return {"all": x, "last": x[:, -1]}


@saved
class Watch(layers.Layer):
    """Returns nothing; adds a loss."""

    def call(self, x):
        self.add_loss(0.01 * ops.mean(ops.square(x)))


@saved
class Sink(Named, keras.Model):
    """A subclass with a layer that returns nothing, and a training step of its own."""

    def __init__(self, **options):
        super().__init__(**options)
        self.reader, self.watch, self.out = (
            layers.LSTM(4, name="reader"),
            Watch(name="watch"),
            layers.Dense(1),
        )

    def call(self, x):
        h = self.reader(x)
        self.watch(h)
        return self.out(h)

    def train_step(self, data):
        raise NotImplementedError("not needed here")
