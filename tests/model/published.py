"""The ten recurrent models that people publish most, built as they build them: each builder returns
model, x and y.

The widths and the layer names are those of the tutorials and repositories; only the lengths are cut
for time.
"""

import keras
import numpy as np
from custom import saved
from keras import layers, ops

TIMES = {"encoder": 12, "decoder": 14}


def one_hot(ids, count):
    return np.eye(count, dtype="float32")[ids]


def seq2seq():
    """Character-level translation: the decoder starts from the states of the encoder."""
    rng = np.random.default_rng(0)
    encoder_inputs = keras.Input((None, 71), name="encoder_inputs")
    _, state_h, state_c = layers.LSTM(
        256, return_state=True, name="encoder_lstm"
    )(encoder_inputs)
    decoder_inputs = keras.Input((None, 93), name="decoder_inputs")
    decoder_lstm = layers.LSTM(
        256, return_sequences=True, return_state=True, name="decoder_lstm"
    )
    decoder_outputs, _, _ = decoder_lstm(
        decoder_inputs, initial_state=[state_h, state_c]
    )
    decoder_outputs = layers.Dense(
        93, activation="softmax", name="decoder_dense"
    )(decoder_outputs)
    model = keras.Model(
        [encoder_inputs, decoder_inputs], decoder_outputs, name="seq2seq"
    )
    target = rng.integers(0, 93, (4, TIMES["decoder"] + 1))
    x = [
        one_hot(rng.integers(0, 71, (4, TIMES["encoder"])), 71),
        one_hot(target[:, :-1], 93),
    ]
    return model, x, one_hot(target[:, 1:], 93)


def imdb():
    """Sentiment of a review: two bidirectional LSTMs on padded word ids."""
    rng = np.random.default_rng(1)
    inputs = keras.Input((None,), dtype="int32")
    x = layers.Embedding(20000, 128)(inputs)
    x = layers.Bidirectional(layers.LSTM(64, return_sequences=True))(x)
    x = layers.Bidirectional(layers.LSTM(64))(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs, name="imdb")
    reviews = [rng.integers(1, 20000, n).tolist() for n in (9, 23, 40, 17)]
    return (
        model,
        keras.utils.pad_sequences(reviews, maxlen=30),
        rng.integers(0, 2, (4, 1)),
    )


@saved
class CTCLayer(layers.Layer):
    """Adds the CTC loss while training and hands its second input on."""

    def call(self, y_true, y_pred):
        one = ops.ones((ops.shape(y_true)[0],), "int32")
        lengths = [one * y_true.shape[1], one * y_pred.shape[1]]
        self.add_loss(
            ops.mean(ops.ctc_loss(ops.cast(y_true, "int32"), y_pred, *lengths))
        )
        return y_pred


def captcha():
    """Text in an image: a CNN whose columns are the timesteps of two bidirectional LSTMs, with a
    CTC loss.
    """
    rng = np.random.default_rng(2)
    image = keras.Input((200, 50, 1), name="image")
    labels = keras.Input((5,), name="label")
    x = layers.Conv2D(
        32, (3, 3), activation="relu", padding="same", name="Conv1"
    )(image)
    x = layers.MaxPooling2D((2, 2), name="pool1")(x)
    x = layers.Conv2D(
        64, (3, 3), activation="relu", padding="same", name="Conv2"
    )(x)
    x = layers.MaxPooling2D((2, 2), name="pool2")(x)
    x = layers.Reshape((50, 12 * 64), name="reshape")(x)
    x = layers.Dense(64, activation="relu", name="dense1")(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Bidirectional(
        layers.LSTM(128, return_sequences=True, dropout=0.25)
    )(x)
    x = layers.Bidirectional(
        layers.LSTM(64, return_sequences=True, dropout=0.25)
    )(x)
    x = layers.Dense(21, activation="softmax", name="dense2")(x)
    model = keras.Model(
        [image, labels],
        CTCLayer(name="ctc_loss")(labels, x),
        name="ocr_model_v1",
    )
    return (
        model,
        [
            rng.random((2, 200, 50, 1)),
            rng.integers(0, 19, (2, 5)).astype("float32"),
        ],
        None,
    )


def weather():
    """Temperature in twelve hours from 120 hourly readings of seven instruments."""
    rng = np.random.default_rng(3)
    inputs = keras.Input((120, 7))
    outputs = layers.Dense(1)(layers.LSTM(32)(inputs))
    model = keras.Model(inputs, outputs, name="weather")
    hours = np.arange(120)[:, None] / 24 + rng.random((5, 1, 7))
    x = np.sin(2 * np.pi * hours) + 0.1 * rng.normal(size=(5, 120, 7))
    return model, x.astype("float32"), x[:, -1:, 1]


def video():
    """The next frames of moving squares: ConvLSTM2D with batch normalization, a Conv3D on top."""
    inputs = keras.Input((None, 24, 24, 1))
    x = layers.ConvLSTM2D(
        64, (5, 5), padding="same", return_sequences=True, activation="relu"
    )(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.ConvLSTM2D(
        64, (3, 3), padding="same", return_sequences=True, activation="relu"
    )(x)
    x = layers.BatchNormalization()(x)
    x = layers.ConvLSTM2D(
        64, (1, 1), padding="same", return_sequences=True, activation="relu"
    )(x)
    x = layers.Conv3D(1, (3, 3, 3), activation="sigmoid", padding="same")(x)
    frames = np.zeros((2, 7, 24, 24, 1), "float32")
    for sample in range(2):
        for t in range(7):
            frames[
                sample,
                t,
                2 + 2 * t : 7 + 2 * t,
                3 + 9 * sample : 8 + 9 * sample,
            ] = 1
    return (
        keras.Model(inputs, x, name="next_frame"),
        frames[:, :-1],
        frames[:, 1:],
    )


def autoencoder():
    """A series squeezed into one vector and unfolded again."""
    model = keras.Sequential(
        [
            keras.Input((9, 1)),
            layers.LSTM(100, activation="relu"),
            layers.RepeatVector(9),
            layers.LSTM(100, activation="relu", return_sequences=True),
            layers.TimeDistributed(layers.Dense(1)),
        ],
        name="lstm_autoencoder",
    )
    x = np.linspace(0.1, 0.9, 9).reshape(1, 9, 1).astype("float32")
    return model, x, x


def attention():
    """Translation of words: bidirectional encoder, decoder that attends to it, masked padding."""
    rng = np.random.default_rng(4)
    source, target = (
        keras.Input((None,), dtype="int32", name=n)
        for n in ("source_ids", "target_ids")
    )
    words = layers.Embedding(
        5000, 128, mask_zero=True, name="source_embedding"
    )(source)
    encoder = layers.Bidirectional(
        layers.LSTM(64, return_sequences=True, return_state=True),
        name="encoder",
    )
    memory, forward_h, forward_c, backward_h, backward_c = encoder(words)
    state_h = layers.Concatenate(name="state_h")([forward_h, backward_h])
    state_c = layers.Concatenate(name="state_c")([forward_c, backward_c])
    shifted = layers.Embedding(
        6000, 128, mask_zero=True, name="target_embedding"
    )(target)
    decoded = layers.LSTM(128, return_sequences=True, name="decoder")(
        shifted, initial_state=[state_h, state_c]
    )
    context = layers.Attention(name="attention")([decoded, memory])
    joined = layers.Concatenate(name="context_and_state")([context, decoded])
    projected = layers.TimeDistributed(
        layers.Dense(128, activation="tanh"), name="attention_vector"
    )(joined)
    outputs = layers.TimeDistributed(
        layers.Dense(6000, activation="softmax"), name="word"
    )(projected)
    x = [padded(rng, 5000, (7, 4, 6)), padded(rng, 6000, (5, 6, 3))]
    return keras.Model([source, target], outputs, name="nmt_attention"), x, None


def padded(rng, count, lengths):
    rows = [rng.integers(1, count, n).tolist() for n in lengths]
    return keras.utils.pad_sequences(rows, padding="post")


def char_generator():
    """The next character after forty, one-hot in and out."""
    rng = np.random.default_rng(5)
    model = keras.Sequential(
        [
            keras.Input((40, 56)),
            layers.LSTM(128),
            layers.Dense(56, activation="softmax"),
        ],
        name="char_generator",
    )
    return (
        model,
        one_hot(rng.integers(0, 56, (3, 40)), 56),
        one_hot(rng.integers(0, 56, 3), 56),
    )


@saved
class TextModel(keras.Model):
    """A text generator that hands its state on to the next call."""

    def __init__(self, vocab_size, embedding_dim, rnn_units, **options):
        super().__init__(**options)
        self.embedding = layers.Embedding(vocab_size, embedding_dim)
        self.gru = layers.GRU(
            rnn_units, return_sequences=True, return_state=True
        )
        self.dense = layers.Dense(vocab_size)
        self.sizes = {
            "vocab_size": vocab_size,
            "embedding_dim": embedding_dim,
            "rnn_units": rnn_units,
        }

    def get_config(self):
        return {**super().get_config(), **self.sizes}

    def call(self, inputs, states=None, return_state=False, training=False):
        x = self.embedding(inputs, training=training)
        x, states = self.gru(x, initial_state=states, training=training)
        x = self.dense(x, training=training)
        return (x, states) if return_state else x


def subclassed():
    """The subclassed text generator: Embedding, GRU that returns its state, Dense."""
    rng = np.random.default_rng(6)
    model = TextModel(66, 256, 512, name="text_model")
    ids = rng.integers(0, 66, (2, 21))
    model(ids[:, :-1])
    return model, ids[:, :-1], ids[:, 1:]


def stateful():
    """A long series read in consecutive batches, the states carried over."""
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(25, 1, 1)),
            layers.LSTM(50, return_sequences=True, stateful=True),
            layers.LSTM(50, stateful=True),
            layers.Dense(1),
        ],
        name="stateful_cosine",
    )
    series = np.cos(2 * np.pi * np.arange(101) / 50).astype("float32") * 100
    return model, series[:-1].reshape(100, 1, 1), series[1:].reshape(100, 1)


PUBLISHED = {
    builder.__name__: builder
    for builder in (
        seq2seq,
        imdb,
        captcha,
        weather,
        video,
        autoencoder,
        attention,
        char_generator,
        subclassed,
        stateful,
    )
}
