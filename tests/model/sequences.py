"""Maps over time, models at every step, masks, attention: each builder returns model, x and y."""

import keras
import numpy as np
from custom import AttentionWithContext, Positions
from keras import layers, ops
from kinds import RNG, chain, values

# Maps and models at every step --------------------------------------------------------------------


def moving_square(samples, steps, size):
    frames = np.zeros((samples, steps, size, size, 1), "float32")
    for sample in range(samples):
        for t in range(steps):
            frames[sample, t, t : t + 3, 1 + sample : 4 + sample] = 1
    return frames


def conv_lstm_1d():
    parts = [
        layers.ConvLSTM1D(4, 3, padding="same", return_sequences=True),
        layers.ConvLSTM1D(2, 3),
    ]
    return (
        chain(*parts, layers.Flatten(), layers.Dense(1), shape=(5, 12, 2)),
        values(2, 5, 12, 2),
        values(2, 1),
    )


def conv_lstm_2d():
    parts = [
        layers.ConvLSTM2D(4, 3, padding="same", name="frames"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(2),
    ]
    return (
        chain(*parts, shape=(6, 10, 10, 1)),
        moving_square(3, 6, 10),
        values(3, 2),
    )


def conv_lstm_3d():
    parts = [
        layers.ConvLSTM3D(2, 2, return_sequences=True),
        layers.Flatten(),
        layers.Dense(1),
    ]
    return chain(*parts, shape=(3, 4, 4, 4, 1)), values(2, 3, 4, 4, 4, 1), None


def conv_lstm_bidirectional():
    inner = layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True)
    return (
        chain(layers.Bidirectional(inner), shape=(5, 8, 8, 1)),
        moving_square(2, 5, 8),
        None,
    )


def conv_lstm_encoder_decoder():
    start = keras.Input((5, 8, 8, 1), name="past")
    sequence, h, c = layers.ConvLSTM2D(
        4, 3, padding="same", return_state=True, name="encoder"
    )(start)
    steps = layers.Lambda(repeat_frames, name="repeat")(sequence)
    read = layers.ConvLSTM2D(
        4, 3, padding="same", return_sequences=True, name="decoder"
    )(steps, initial_state=[h, c])
    outputs = layers.TimeDistributed(
        layers.Conv2D(1, 1, activation="sigmoid"), name="frame"
    )(read)
    return (
        keras.Model(start, outputs, name="future_frames"),
        moving_square(2, 5, 8),
        None,
    )


@keras.saving.register_keras_serializable("sequences")
def repeat_frames(x):
    return ops.repeat(ops.expand_dims(x, 1), 3, axis=1)


def cnn_per_frame():
    cnn = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
        ],
        name="cnn",
    )
    parts = [
        layers.TimeDistributed(cnn, name="cnn_per_frame"),
        layers.LSTM(8),
        layers.Dense(3, activation="softmax"),
    ]
    return (
        chain(*parts, shape=(6, 12, 12, 1)),
        moving_square(3, 6, 12),
        np.array([0, 2, 1]),
    )


def cnn_lstm_of_subsequences():
    parts = [
        layers.TimeDistributed(layers.Conv1D(64, 1, activation="relu")),
        layers.TimeDistributed(layers.MaxPooling1D(2)),
        layers.TimeDistributed(layers.Flatten()),
        layers.LSTM(50, activation="relu"),
        layers.Dense(1),
    ]
    return chain(*parts, shape=(None, 2, 1)), values(4, 2, 2, 1), values(4, 1)


def hierarchical_attention():
    words = keras.Input((7,), dtype="int32", name="words")
    x = layers.Embedding(200, 16, name="word_vectors")(words)
    x = layers.Bidirectional(
        layers.GRU(8, return_sequences=True), name="word_reader"
    )(x)
    sentence = keras.Model(
        words,
        AttentionWithContext(name="word_attention")(x),
        name="sentence_encoder",
    )
    document = keras.Input((4, 7), dtype="int32", name="document")
    x = layers.TimeDistributed(sentence, name="each_sentence")(document)
    x = layers.Bidirectional(
        layers.GRU(8, return_sequences=True), name="sentence_reader"
    )(x)
    x = AttentionWithContext(name="sentence_attention")(x)
    outputs = layers.Dense(5, activation="softmax", name="stars")(x)
    return (
        keras.Model(document, outputs, name="han"),
        RNG(0).integers(0, 200, (3, 4, 7)),
        np.array([0, 4, 2]),
    )


def time_distributed_lstm():
    inner = layers.TimeDistributed(
        layers.LSTM(4, name="inside_a_day"), name="each_day"
    )
    return (
        chain(inner, layers.LSTM(3, name="over_days"), shape=(5, 6, 2)),
        values(2, 5, 6, 2),
        None,
    )


# Masks --------------------------------------------------------------------------------------------


def masking():
    x = values(3, 6, 2)
    x[1, 4:] = x[2, 2:] = 0.0
    parts = [
        layers.Masking(0.0),
        layers.LSTM(4, return_sequences=True),
        layers.GRU(3),
    ]
    return chain(*parts, layers.Dense(1), shape=(6, 2)), x, values(3, 1)


def pre_padding():
    x = np.array([[0, 0, 0, 4, 2, 9], [0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6]])
    parts = [
        layers.Embedding(10, 4, mask_zero=True),
        layers.LSTM(4, return_sequences=True),
        layers.Dense(2),
    ]
    return chain(*parts, shape=(6,)), x, None


def mask_as_input():
    series, seen = (
        keras.Input((6, 2), name="series"),
        keras.Input((6,), dtype="bool", name="seen"),
    )
    read = layers.GRU(4, return_sequences=True, name="reader")(
        series, mask=seen
    )
    mask = np.array(
        [[1, 1, 1, 1, 1, 1], [1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 1, 0]], bool
    )
    return (
        keras.Model(
            [series, seen], layers.LSTM(3, name="last")(read, mask=seen)
        ),
        [values(3, 6, 2), mask],
        None,
    )


def masked_tagger():
    parts = [
        layers.Embedding(300, 50, mask_zero=True),
        layers.SpatialDropout1D(0.1),
        layers.Bidirectional(
            layers.LSTM(100, return_sequences=True, recurrent_dropout=0.1)
        ),
        layers.TimeDistributed(layers.Dense(17, activation="softmax")),
    ]
    x = keras.utils.pad_sequences(
        [[7, 3, 9, 200], [5, 2], [1, 2, 3, 4, 5, 6, 7]],
        maxlen=8,
        padding="post",
    )
    return (
        chain(*parts, shape=(8,), name="tagger"),
        x,
        RNG(0).integers(0, 17, (3, 8)),
    )


# Attention ----------------------------------------------------------------------------------------


def attention_by_hand():
    start = keras.Input((6, 3))
    read = layers.LSTM(8, return_sequences=True, name="reader")(start)
    scores = layers.Flatten(name="scores")(
        layers.Dense(1, activation="tanh", name="score")(read)
    )
    weights = layers.Activation("softmax", name="attention_weights")(scores)
    weights = layers.Permute((2, 1), name="to_steps")(
        layers.RepeatVector(8, name="to_units")(weights)
    )
    context = layers.Lambda(sum_over_time, name="context")(
        layers.Multiply(name="weighted")([read, weights])
    )
    return (
        keras.Model(start, layers.Dense(1)(context), name="attention_by_hand"),
        values(3, 6, 3),
        values(3, 1),
    )


@keras.saving.register_keras_serializable("sequences")
def sum_over_time(x):
    return ops.sum(x, axis=1)


def additive_attention():
    start = keras.Input((6, 3))
    sequence, state = layers.GRU(
        8, return_sequences=True, return_state=True, name="reader"
    )(start)
    query = layers.Reshape((1, 8), name="query")(state)
    context, scores = layers.AdditiveAttention(name="attention")(
        [query, sequence], return_attention_scores=True
    )
    outputs = layers.Dense(1, name="out")(layers.Flatten(name="flat")(context))
    return keras.Model(start, [outputs, scores]), values(3, 6, 3), None


def multi_head_attention():
    start = keras.Input((5,), dtype="int32", name="ids")
    words = layers.Embedding(40, 8, mask_zero=True, name="words")(start)
    read = layers.LSTM(8, return_sequences=True, name="reader")(words)
    made, scores = layers.MultiHeadAttention(2, 4, name="heads")(
        read, read, return_attention_scores=True
    )
    pooled = layers.GlobalAveragePooling1D(name="pool")(
        layers.Add(name="skip")([read, made])
    )
    ids = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]])
    return (
        keras.Model(start, [layers.Dense(1, name="out")(pooled), scores]),
        ids,
        None,
    )


def transformer():
    ids = keras.Input((8,), dtype="int32", name="token_ids")
    x = Positions(8, name="positions")(
        layers.Embedding(500, 32, name="token_embedding")(ids)
    )
    for n in range(2):
        made = layers.MultiHeadAttention(4, 8, name=f"self_attention_{n}")(
            x, x, use_causal_mask=True
        )
        x = layers.LayerNormalization(name=f"attention_norm_{n}")(
            x + layers.Dropout(0.1)(made)
        )
        inner = layers.Dense(64, activation="gelu", name=f"feedforward_{n}")(x)
        x = layers.LayerNormalization(name=f"feedforward_norm_{n}")(
            x + layers.Dense(32, name=f"project_{n}")(inner)
        )
    outputs = layers.Dense(500, activation="softmax", name="logits")(x)
    return (
        keras.Model(ids, outputs, name="gpt"),
        RNG(0).integers(0, 500, (2, 8)),
        None,
    )


SEQUENCES = {
    builder.__name__: builder
    for builder in (
        conv_lstm_1d,
        conv_lstm_2d,
        conv_lstm_3d,
        conv_lstm_bidirectional,
        conv_lstm_encoder_decoder,
        cnn_per_frame,
        cnn_lstm_of_subsequences,
        hierarchical_attention,
        time_distributed_lstm,
        masking,
        pre_padding,
        mask_as_input,
        masked_tagger,
        attention_by_hand,
        additive_attention,
        multi_head_attention,
        transformer,
    )
}
