"""What people put around recurrent layers, and how they run them: each builder returns model, x and
y.
"""

import keras
import numpy as np
from custom import DictLayer, Sampling, Sink
from keras import layers, ops
from kinds import chain, values

# Layers before and after --------------------------------------------------------------------------


def conv_in_front():
    parts = [
        layers.Conv1D(16, 5, activation="relu", name="conv"),
        layers.MaxPooling1D(2, name="pool"),
        layers.Conv1D(16, 3, strides=2, padding="causal", name="strided"),
        layers.LSTM(8, name="reader"),
        layers.Dense(1),
    ]
    return chain(*parts, shape=(24, 3)), values(3, 24, 3), values(3, 1)


def dilated_convolutions():
    start = keras.Input((16, 2))
    x = layers.Conv1D(8, 2, padding="causal", name="conv_1")(start)
    for rate in (2, 4):
        made = layers.Conv1D(
            8,
            2,
            padding="causal",
            dilation_rate=rate,
            activation="relu",
            name=f"conv_{rate}",
        )(x)
        x = layers.Add(name=f"skip_{rate}")([x, made])
    pooled = layers.GlobalAveragePooling1D(name="mean_over_time")(x)
    return (
        keras.Model(start, layers.Dense(1)(pooled), name="tcn"),
        values(2, 16, 2),
        None,
    )


def speech():
    start = keras.Input((24, 20), name="spectrogram")
    x = layers.Reshape((24, 20, 1), name="expand_dim")(start)
    for n in (1, 2):
        x = layers.Conv2D(
            8,
            [11, 5],
            strides=[n, 2],
            padding="same",
            use_bias=False,
            name=f"conv_{n}",
        )(x)
        x = layers.ReLU(name=f"conv_{n}_relu")(
            layers.BatchNormalization(name=f"conv_{n}_bn")(x)
        )
    x = layers.Reshape((-1, 5 * 8))(x)
    for n in (1, 2):
        gru = layers.GRU(
            16, return_sequences=True, reset_after=True, name=f"gru_{n}"
        )
        x = layers.Bidirectional(
            gru, name=f"bidirectional_{n}", merge_mode="concat"
        )(x)
        x = layers.Dropout(0.5)(x) if n == 1 else x
    outputs = layers.Dense(30, activation="softmax", name="character")(x)
    return (
        keras.Model(start, outputs, name="DeepSpeech_2"),
        values(2, 24, 20),
        None,
    )


def upsampling_autoencoder():
    parts = [
        layers.Conv1D(16, 3, padding="same", strides=2, name="down"),
        layers.Bidirectional(layers.LSTM(4), name="squeeze"),
        layers.RepeatVector(6, name="repeat"),
        layers.Bidirectional(
            layers.LSTM(4, return_sequences=True), name="unfold"
        ),
        layers.UpSampling1D(2, name="up"),
        layers.Conv1DTranspose(1, 3, padding="same", name="out"),
    ]
    x = values(3, 12, 1)
    return chain(*parts, shape=(12, 1), name="anomaly"), x, x


def variational_autoencoder():
    start = keras.Input((6, 3))
    read = layers.LSTM(8, name="encoder")(start)
    mean, log_variance = (
        layers.Dense(2, name=n)(read) for n in ("z_mean", "z_log_var")
    )
    drawn = Sampling(name="z")([mean, log_variance])
    steps = layers.RepeatVector(6)(drawn)
    made = layers.TimeDistributed(layers.Dense(3))(
        layers.LSTM(8, return_sequences=True, name="decoder")(steps)
    )
    x = values(3, 6, 3)
    return keras.Model(start, made, name="lstm_vae"), x, x


def multi_step_dense():
    parts = [
        layers.LSTM(32),
        layers.Dense(4 * 2, kernel_initializer="zeros"),
        layers.Reshape([4, 2]),
    ]
    return chain(*parts, shape=(8, 2)), values(3, 8, 2), values(3, 4, 2)


def operations():
    start = keras.Input((5, 4))
    read = layers.LSTM(4, return_sequences=True, name="reader")(start)
    summed = read + start * 2.0
    last, mean = summed[:, -1], ops.mean(summed, axis=1)
    return (
        keras.Model(start, ops.concatenate([last, ops.tanh(mean)], axis=-1)),
        values(3, 5, 4),
        None,
    )


def preprocessing():
    level, place = (
        keras.Input((6, 2), name="level"),
        keras.Input((1,), dtype="string", name="station"),
    )
    norm = layers.Normalization(
        mean=[1.0, 2.0], variance=[4.0, 9.0], name="normalize"
    )
    known = layers.StringLookup(vocabulary=["upper", "lower"], name="lookup")
    code = layers.Flatten()(
        layers.Embedding(3, 4, name="station_vector")(known(place))
    )
    read = layers.GRU(5, name="reader")(norm(level))
    model = keras.Model(
        [level, place],
        layers.Dense(1)(layers.Concatenate()([read, code])),
        name="stations",
    )
    return (
        model,
        {
            "level": values(3, 6, 2),
            "station": np.array([["upper"], ["lower"], ["new"]]),
        },
        values(3, 1),
    )


def text_in():
    vectorize = layers.TextVectorization(
        max_tokens=40, output_sequence_length=8, name="vectorize"
    )
    vectorize.adapt(["the river rises in spring", "it falls in a dry summer"])
    parts = [
        vectorize,
        layers.Embedding(40, 16, mask_zero=True),
        layers.Bidirectional(layers.LSTM(8)),
        layers.Dense(1),
    ]
    x = np.array([["the river rises"], ["it falls in spring"]])
    return (
        chain(*parts, shape=(1,), dtype="string", name="text_classifier"),
        x,
        np.array([[1], [0]]),
    )


# Ways to run --------------------------------------------------------------------------------------


def stateful_batches():
    parts = [
        layers.GRU(4, stateful=True, return_sequences=True),
        layers.LSTM(3, stateful=True),
        layers.Dense(1),
    ]
    return (
        chain(*parts, shape=(3, 2), batch_size=2),
        values(8, 3, 2),
        values(8, 1),
    )


def stateful_bidirectional():
    wrapped = layers.Bidirectional(
        layers.LSTM(3, stateful=True, return_sequences=True)
    )
    return chain(wrapped, shape=(4, 2), batch_size=2), values(4, 4, 2), None


def stateful_masked():
    x = values(4, 5, 2)
    x[1, 3:] = x[2, :2] = 0.0
    return (
        chain(layers.Masking(), layers.LSTM(3, stateful=True), batch_size=2),
        x,
        values(4, 3),
    )


def unrolled_loop():
    parts = [
        layers.LSTM(4, unroll=True, return_sequences=True),
        layers.GRU(3, unroll=True, go_backwards=True),
    ]
    return chain(*parts), values(3, 5, 2), None


def dtype(name):
    def build():
        # TensorFlow has no orthogonal start in bfloat16
        options = {"dtype": name, "recurrent_initializer": "glorot_uniform"}
        parts = [
            layers.LSTM(4, return_sequences=True, **options),
            layers.GRU(3, **options),
        ]
        return (
            chain(*parts, layers.Dense(1, dtype=name)),
            values(3, 5, 2),
            values(3, 1),
        )

    return build


def dropouts():
    parts = [
        layers.GaussianNoise(0.1),
        layers.LSTM(
            4, dropout=0.2, recurrent_dropout=0.3, return_sequences=True
        ),
        layers.Dropout(0.5),
        layers.GRU(3, dropout=0.2, recurrent_dropout=0.3),
        layers.Dense(1),
    ]
    return chain(*parts), values(3, 5, 2), values(3, 1)


def any_length():
    parts = [
        layers.LSTM(4, return_sequences=True),
        layers.GlobalMaxPooling1D(),
        layers.Dense(1),
    ]
    return chain(*parts, shape=(None, 3)), values(3, 11, 3), values(3, 1)


def perceptron():
    parts = [
        layers.Dense(8, activation="relu"),
        layers.Dropout(0.2),
        layers.BatchNormalization(),
        layers.Dense(1),
    ]
    return chain(*parts, shape=(4,)), values(5, 4), values(5, 1)


def convolutions():
    parts = [
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10),
    ]
    return chain(*parts, shape=(16, 16, 1)), values(2, 16, 16, 1), None


def layer_that_returns_a_dict():
    start = keras.Input((5, 2))
    made = DictLayer(name="split")(layers.LSTM(4, return_sequences=True)(start))
    return (
        keras.Model(
            start, [layers.Dense(1, name="out")(made["last"]), made["all"]]
        ),
        values(3, 5, 2),
        None,
    )


def layer_without_output():
    model = Sink(name="sink")
    x = values(3, 5, 2)
    model(x)
    return model, x, None


AROUND = {
    builder.__name__: builder
    for builder in (
        conv_in_front,
        dilated_convolutions,
        speech,
        upsampling_autoencoder,
        variational_autoencoder,
        multi_step_dense,
        operations,
        preprocessing,
        text_in,
        stateful_batches,
        stateful_bidirectional,
        stateful_masked,
        unrolled_loop,
        dropouts,
        any_length,
        perceptron,
        convolutions,
        layer_that_returns_a_dict,
        layer_without_output,
    )
} | {
    n: dtype(n)
    for n in (
        "float16",
        "bfloat16",
        "float64",
        "mixed_float16",
        "mixed_bfloat16",
    )
}
