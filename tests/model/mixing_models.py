"""Random models whose layers mix timesteps: from a seed, each with an x that fits it."""

import keras
import numpy as np
from keras import layers, ops

SAMPLES, IDS = 3, 9


class Cumulate(layers.Layer):
    """Adds up the steps so far."""

    def call(self, x):
        return ops.cumsum(x, axis=1)


class Loop(layers.Layer):
    """A loop over time of one's own: each step reads the one before."""

    def build(self, shape):
        self.inner = self.add_weight(
            shape=(shape[-1], shape[-1]), initializer="orthogonal"
        )

    def call(self, x):
        steps = [x[:, 0]]
        for t in range(1, x.shape[1]):
            steps.append(ops.tanh(x[:, t] + ops.matmul(steps[-1], self.inner)))
        return ops.stack(steps, axis=1)


class Gate(layers.Layer):
    """Scales all steps by what their mean says, in operations of its own."""

    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units, activation="sigmoid")

    def call(self, x):
        return x * self.dense(ops.mean(x, axis=1, keepdims=True))


class Split(layers.Layer):
    """Returns the two halves of the time axis."""

    def call(self, x):
        middle = (x.shape[1] + 1) // 2
        return x[:, :middle], x[:, middle:]


class Around(layers.Layer):
    """A loop with operations before and behind it."""

    def __init__(self, units):
        super().__init__()
        self.loop = layers.GRU(units, return_sequences=True)

    def call(self, x):
        steps = ops.flip(self.loop(ops.roll(x, 1, axis=1)), axis=1)
        if keras.backend.backend() == "torch":  # it takes no step below zero
            return ops.flip(steps, axis=2)
        return steps[:, :, ::-1]


def flip(x):
    return ops.flip(x, axis=1)


def shift(x):
    return ops.pad(x[:, :-1], [[0, 0], [1, 0], [0, 0]])


def stack_of(units):
    return keras.Sequential(
        [
            layers.LSTM(units, return_sequences=True),
            layers.Dense(units),
            layers.Softmax(axis=1),
        ]
    )


class Draft:
    """The draws of one seed."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.timesteps, self.features = self.below(3, 8), 2 * self.below(1, 3)

    def below(self, low, high):
        return int(self.rng.integers(low, high))

    def pick(self, *choices):
        return choices[self.below(0, len(choices))]

    def start(self):
        """Return the input of the model and the sequence that its layers read."""
        if self.rng.random() < 0.25:
            ids = keras.Input(
                (self.timesteps,), dtype=self.pick("int32", "float32")
            )
            masks = self.rng.random() < 0.5
            return ids, layers.Embedding(IDS, self.features, mask_zero=masks)(
                ids
            )
        x = keras.Input((self.timesteps, self.features))
        return x, x

    def x(self, start):
        shape = (SAMPLES, *start.shape[1:])
        if len(shape) == 2:
            return self.rng.integers(0, IDS, shape).astype(start.dtype)
        return self.rng.normal(size=shape).astype("float32")


def single(draft, x):
    """A layer of Keras or one's own that takes a sequence and returns one."""
    units = x.shape[-1]
    return draft.pick(
        lambda: Cumulate(),
        lambda: Loop(),
        lambda: Gate(units),
        lambda: Around(units),
        lambda: stack_of(units),
        lambda: layers.Lambda(flip),
        lambda: layers.Lambda(shift),
        lambda: layers.Softmax(axis=1),
        lambda: layers.LayerNormalization(axis=[1, 2]),
        lambda: layers.LayerNormalization(),
        lambda: layers.BatchNormalization(),
        lambda: layers.GroupNormalization(groups=2 if units % 2 == 0 else 1),
        lambda: layers.Conv1D(
            units, draft.below(1, 4), padding="causal", dilation_rate=2
        ),
        lambda: layers.Conv1D(
            units, 3, padding="same", strides=draft.below(1, 3)
        ),
        lambda: layers.SpectralNormalization(
            layers.Conv1D(units, 2, padding="same")
        ),
        lambda: layers.MaxPooling1D(2, padding="same"),
        lambda: layers.AveragePooling1D(2, strides=1, padding="same"),
        lambda: layers.UpSampling1D(2),
        lambda: layers.ZeroPadding1D((1, 0)),
        lambda: layers.GlobalAveragePooling1D(keepdims=True),
        lambda: layers.Dense(units, activation="relu"),
        lambda: layers.TimeDistributed(layers.Dense(units)),
        lambda: layers.GRU(units, return_sequences=True, go_backwards=True),
        lambda: layers.LSTM(units, return_sequences=True),
        lambda: layers.SimpleRNN(units, return_sequences=True, unroll=True),
        lambda: layers.Bidirectional(
            layers.GRU(units, return_sequences=True), merge_mode="sum"
        ),
    )()


def through_layer(draft, x):
    return single(draft, x)(x)


def through_slice(draft, x):
    step = draft.pick(1, 2, -1)
    if step == -1 and keras.backend.backend() == "torch":
        return flip(x)
    return x[:, ::step] if step != 1 or x.shape[1] < 3 else x[:, 1:]


def through_permute(draft, x):
    return layers.Dense(draft.features)(layers.Permute((2, 1))(x))


def through_reshape(draft, x):
    return layers.Reshape((x.shape[2], x.shape[1]))(x)


def through_gate(draft, x):
    gate = layers.Dense(x.shape[-1])(
        layers.GlobalMaxPooling1D(keepdims=True)(x)
    )
    return layers.Multiply()([x, gate])


def through_attention(draft, x):
    if draft.rng.random() < 0.5:
        return layers.Attention()(
            [x, x], use_causal_mask=draft.rng.random() < 0.5
        )
    return layers.MultiHeadAttention(2, 2)(
        x, x, use_causal_mask=draft.rng.random() < 0.5
    )


def through_split(draft, x):
    first, second = Split()(x)
    return draft.pick(
        lambda: second, lambda: layers.Concatenate(axis=1)([second, first])
    )()


def through_repeat(draft, x):
    state = layers.LSTM(x.shape[-1])(x)
    return layers.Add()([layers.RepeatVector(x.shape[1])(state), x])


def through_halves(draft, x):
    both = layers.Bidirectional(
        layers.GRU(2, return_sequences=True), merge_mode=None
    )(x)
    return ops.concatenate(both, axis=1)


WAYS = [
    through_slice,
    through_permute,
    through_reshape,
    through_gate,
    through_attention,
]
WAYS += [through_split, through_repeat, through_halves] + [through_layer] * 8


def build(seed):
    """Return the model of a seed and its x."""
    keras.utils.set_random_seed(seed)
    draft = Draft(seed)
    start, x = draft.start()
    for _ in range(draft.below(1, 5)):
        if x.shape[1] < 2:
            break
        x = draft.pick(*WAYS)(draft, x)
    if draft.rng.random() < 0.4:
        last = draft.pick(
            lambda: layers.GRU(3)(x),
            lambda: layers.Flatten()(x),
            lambda: layers.GlobalMaxPooling1D()(x),
            lambda: x[:, -1],
        )()
        x = layers.Dense(2)(last)
    model = keras.Model(start, x)
    for weight in model.weights:
        if "variance" not in weight.path and weight.dtype == "float32":
            weight.assign(draft.rng.normal(size=weight.shape) * 0.5)
    return model, draft.x(start)
