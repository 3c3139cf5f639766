"""One small model for every way in which Keras lets a recurrent model be built: each builder
returns model, x and y.
"""

import keras
import numpy as np
from custom import (
    CellLoop,
    Encoder,
    LearnedStart,
    MinimalCell,
    PeepholeCell,
    TwoStateCell,
)
from keras import layers

RNG = np.random.default_rng


def values(*shape, seed=0):
    return RNG(seed).normal(size=shape).astype("float32")


def chain(*parts, name="model", shape=(5, 2), **options):
    return keras.Sequential([keras.Input(shape, **options), *parts], name=name)


# Sequential, Functional, subclassed, nested, shared -----------------------------------------------


def stacked():
    parts = [
        layers.LSTM(6, return_sequences=True),
        layers.GRU(5, return_sequences=True),
        layers.SimpleRNN(4),
    ]
    return chain(*parts, layers.Dense(1)), values(4, 5, 2), values(4, 1)


def residual():
    start = keras.Input((6, 4), name="series")
    x = layers.LSTM(4, return_sequences=True, name="first")(start)
    x = layers.LayerNormalization(name="norm")(
        layers.Add(name="skip")([start, x])
    )
    return (
        keras.Model(start, layers.GRU(3, name="second")(x)),
        values(3, 6, 4),
        None,
    )


def nested():
    inner = keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(4, return_sequences=True)],
        name="inner",
    )
    middle = keras.Sequential(
        [keras.Input((5, 2)), inner, layers.Dense(3)], name="middle"
    )
    start = keras.Input((5, 2))
    return (
        keras.Model(start, layers.GRU(2)(middle(start)), name="outer"),
        values(3, 5, 2),
        None,
    )


def nested_called_twice():
    tower = keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(4, name="reader")], name="tower"
    )
    left, right = (
        keras.Input((5, 2), name="left"),
        keras.Input((5, 2), name="right"),
    )
    joined = layers.Concatenate(name="both")([tower(left), tower(right)])
    return (
        keras.Model([left, right], layers.Dense(1)(joined)),
        [values(3, 5, 2), values(3, 5, 2, seed=1)],
        None,
    )


def siamese():
    left, right = (
        keras.Input((7,), dtype="int32", name=n)
        for n in ("question_1", "question_2")
    )
    words, reader = (
        layers.Embedding(500, 32, name="words"),
        layers.LSTM(16, name="shared_lstm"),
    )
    distance = layers.Lambda(manhattan, name="distance")(
        [reader(words(left)), reader(words(right))]
    )
    ids = RNG(0).integers(0, 500, (2, 3, 7))
    return (
        keras.Model([left, right], distance, name="manhattan_lstm"),
        list(ids),
        RNG(1).integers(0, 2, (3, 1)),
    )


@keras.saving.register_keras_serializable("kinds")
def manhattan(pair):
    return keras.ops.exp(
        -keras.ops.sum(keras.ops.abs(pair[0] - pair[1]), axis=1, keepdims=True)
    )


def shared_in_a_row():
    start, shared = (
        keras.Input((4, 3)),
        layers.LSTM(3, return_sequences=True, name="shared"),
    )
    return keras.Model(start, shared(shared(start))), values(2, 4, 3), None


def several_inputs_and_outputs():
    series, site = (
        keras.Input((8, 3), name="series"),
        keras.Input((4,), name="site"),
    )
    read = layers.GRU(8, name="reader")(series)
    joined = layers.Concatenate(name="joined")(
        [read, layers.Dense(4, activation="relu", name="context")(site)]
    )
    heads = [
        layers.Dense(1, name="level")(joined),
        layers.Dense(3, activation="softmax", name="alarm")(joined),
    ]
    model = keras.Model([series, site], heads, name="two_heads")
    return (
        model,
        [values(4, 8, 3), values(4, 4)],
        [values(4, 1), RNG(0).integers(0, 3, 4)],
    )


def dicts_in_and_out():
    inputs = {
        "rain": keras.Input((6, 2), name="rain"),
        "doy": keras.Input((6, 1), name="doy"),
    }
    joined = layers.Concatenate(name="forcing")([inputs["rain"], inputs["doy"]])
    read = layers.LSTM(5, return_sequences=True, name="catchment")(joined)
    outputs = {
        "flow": layers.Dense(1, name="flow")(read),
        "snow": layers.Dense(1, name="snow")(read),
    }
    return (
        keras.Model(inputs, outputs),
        {"rain": values(3, 6, 2), "doy": values(3, 6, 1)},
        None,
    )


def subclassed_nested():
    model = Encoder(name="subclassed_nested")
    x = values(3, 6, 2)
    model(x)
    return model, x, None


# Bidirectional ------------------------------------------------------------------------------------


def bidirectional(merge_mode):
    def build():
        wrapped = layers.Bidirectional(
            layers.LSTM(3, return_sequences=True),
            merge_mode=merge_mode,
            name="both",
        )
        start = keras.Input((5, 2))
        made = wrapped(start)
        return keras.Model(start, made), values(3, 5, 2), None

    return build


def bidirectional_last():
    return (
        chain(layers.Bidirectional(layers.GRU(3)), layers.Dense(1)),
        values(3, 5, 2),
        values(3, 1),
    )


def bidirectional_backward_layer():
    back = layers.GRU(3, return_sequences=True, go_backwards=True, name="back")
    wrapped = layers.Bidirectional(
        layers.LSTM(3, return_sequences=True, name="fore"), backward_layer=back
    )
    return chain(wrapped, layers.Dense(1)), values(3, 5, 2), values(3, 5, 1)


def bidirectional_cells():
    cells = layers.Bidirectional(
        layers.RNN(
            [layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True
        )
    )
    single = layers.Bidirectional(layers.RNN(layers.GRUCell(3)))
    return chain(cells, single), values(3, 5, 2), None


def bidirectional_masked():
    parts = [
        layers.Embedding(30, 6, mask_zero=True),
        layers.Bidirectional(layers.GRU(4, return_sequences=True)),
    ]
    x = np.array([[3, 1, 4, 1, 5, 9], [2, 6, 0, 0, 0, 0], [7, 7, 7, 0, 0, 0]])
    return (
        chain(*parts, layers.Bidirectional(layers.LSTM(3)), shape=(6,)),
        x,
        None,
    )


def go_backwards():
    parts = [
        layers.LSTM(
            4, go_backwards=True, return_sequences=True, name="from_the_end"
        ),
        layers.GRU(3),
    ]
    return chain(*parts), values(3, 5, 2), None


# States given and returned ------------------------------------------------------------------------


def encoder_decoder():
    source, target = (
        keras.Input((6, 2), name="past"),
        keras.Input((3, 1), name="future"),
    )
    _, state = layers.GRU(8, return_state=True, name="encoder")(source)
    read = layers.GRU(8, return_sequences=True, name="decoder")(
        target, initial_state=state
    )
    x = [values(4, 6, 2), values(4, 3, 1)]
    return (
        keras.Model([source, target], layers.Dense(1)(read)),
        x,
        values(4, 3, 1),
    )


def encoder_decoder_stacked():
    source, target = (
        keras.Input((5, 2), name="past"),
        keras.Input((4, 2), name="future"),
    )
    sequence, *first = layers.LSTM(
        6, return_sequences=True, return_state=True, name="encoder_1"
    )(source)
    _, *second = layers.LSTM(6, return_state=True, name="encoder_2")(sequence)
    read = layers.LSTM(6, return_sequences=True, name="decoder_1")(
        target, initial_state=first
    )
    read = layers.LSTM(6, return_sequences=True, name="decoder_2")(
        read, initial_state=second
    )
    outputs = layers.TimeDistributed(layers.Dense(2), name="each_step")(read)
    return (
        keras.Model([source, target], outputs),
        [values(3, 5, 2), values(3, 4, 2)],
        values(3, 4, 2),
    )


def bidirectional_encoder():
    source, target = (
        keras.Input((5, 2), name="past"),
        keras.Input((3, 2), name="future"),
    )
    wrapped = layers.Bidirectional(
        layers.LSTM(3, return_state=True), name="encoder"
    )
    _, forward_h, forward_c, backward_h, backward_c = wrapped(source)
    h = layers.Concatenate(name="state_h")([forward_h, backward_h])
    c = layers.Concatenate(name="state_c")([forward_c, backward_c])
    decoded = layers.LSTM(6, return_sequences=True, name="decoder")(
        target, initial_state=[h, c]
    )
    return (
        keras.Model([source, target], layers.Dense(1)(decoded)),
        [values(3, 5, 2), values(3, 3, 2)],
        None,
    )


def return_state_as_output():
    start = keras.Input((5, 2))
    return (
        keras.Model(
            start,
            layers.LSTM(3, return_sequences=True, return_state=True)(start),
        ),
        values(3, 5, 2),
        None,
    )


def state_from_static_features():
    image, caption = (
        keras.Input((64,), name="image_features"),
        keras.Input((9,), dtype="int32", name="caption"),
    )
    start = layers.Dense(32, activation="tanh", name="image_to_state")(image)
    words = layers.Embedding(300, 24, mask_zero=True, name="words")(caption)
    read = layers.LSTM(32, return_sequences=True, name="writer")(
        words, initial_state=[start, start]
    )
    outputs = layers.Dense(300, activation="softmax", name="next_word")(read)
    ids = np.array(
        [[5, 8, 13, 21, 0, 0, 0, 0, 0], [4, 7, 29, 7, 11, 76, 0, 0, 0]]
    )
    return (
        keras.Model([image, caption], outputs, name="captions"),
        [values(2, 64), ids],
        None,
    )


def learned_initial_state():
    start = keras.Input((5, 2))
    h, c = LearnedStart(4, name="learned_start")(start)
    read = layers.LSTM(4, return_sequences=True, name="reader")(
        start, initial_state=[h, c]
    )
    return keras.Model(start, layers.Dense(1)(read)), values(3, 5, 2), None


def states_as_inputs():
    """The decoder of an encoder-decoder at inference: one step, its states in and out."""
    start = keras.Input((1, 4), name="token")
    states = [keras.Input((5,), name=n) for n in ("h_in", "c_in")]
    read, *after = layers.LSTM(
        5, return_sequences=True, return_state=True, name="decoder"
    )(start, states)
    model = keras.Model(
        [start, *states],
        [layers.Dense(4, name="next")(read), *after],
        name="one_step_decoder",
    )
    return (
        model,
        [values(2, 1, 4), values(2, 5, seed=1), values(2, 5, seed=2)],
        None,
    )


# Cells --------------------------------------------------------------------------------------------


def rnn_of_cell():
    parts = [
        layers.RNN(layers.LSTMCell(4), return_sequences=True),
        layers.RNN(layers.GRUCell(3)),
    ]
    return chain(*parts), values(3, 5, 2), None


def rnn_of_cells():
    cells = [layers.LSTMCell(4), layers.GRUCell(3), layers.SimpleRNNCell(2)]
    return (
        chain(layers.RNN(cells, return_sequences=True), layers.Dense(1)),
        values(3, 5, 2),
        values(3, 5, 1),
    )


def custom_cell():
    return (
        chain(
            layers.RNN(MinimalCell(4), return_sequences=True, name="minimal")
        ),
        values(3, 5, 2),
        None,
    )


def custom_cell_of_two_states():
    return (
        chain(
            layers.RNN(TwoStateCell(3, 5), name="fast_and_slow"),
            layers.Dense(1),
        ),
        values(3, 5, 2),
        None,
    )


def custom_cell_like_lstm():
    return (
        chain(layers.RNN(PeepholeCell(4), name="peephole")),
        values(3, 5, 2),
        None,
    )


def custom_cells_stacked():
    return (
        chain(layers.RNN([MinimalCell(4), layers.GRUCell(3)], name="mixed")),
        values(3, 5, 2),
        None,
    )


def cell_called_by_hand():
    model = CellLoop(4, name="feedback")
    x = values(3, 6, 2)
    model(x)
    return model, x, values(3, 3, 2)


KINDS = {
    builder.__name__: builder
    for builder in (
        stacked,
        residual,
        nested,
        nested_called_twice,
        siamese,
        shared_in_a_row,
        several_inputs_and_outputs,
        dicts_in_and_out,
        subclassed_nested,
        bidirectional_last,
        bidirectional_backward_layer,
        bidirectional_cells,
        bidirectional_masked,
        go_backwards,
        encoder_decoder,
        encoder_decoder_stacked,
        bidirectional_encoder,
        return_state_as_output,
        state_from_static_features,
        learned_initial_state,
        states_as_inputs,
        rnn_of_cell,
        rnn_of_cells,
        custom_cell,
        custom_cell_of_two_states,
        custom_cell_like_lstm,
        custom_cells_stacked,
        cell_called_by_hand,
    )
} | {
    f"bidirectional_{m}": bidirectional(m)
    for m in ("concat", "sum", "mul", "ave", None)
}
