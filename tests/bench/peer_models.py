"""The four models on which unrolled and its peers are compared, each with an x that fits it.

The arguments of a maker are what can be changed to see whether a tool's picture changes with it.
"""

import keras
import numpy as np
from keras import layers

SEED = 0


def make_m1(
    timesteps=5, units=2, recurrent_activation="sigmoid", go_backwards=False
):
    """LSTM(2) -> Dense(1)."""
    lstm = layers.LSTM(
        units,
        recurrent_activation=recurrent_activation,
        go_backwards=go_backwards,
        name="lstm",
    )
    return keras.Sequential(
        [keras.Input((timesteps, 2)), lstm, layers.Dense(1, name="dense")],
        name="m1",
    )


def make_m2(mask_zero=True, merge_mode="concat", backward=layers.LSTM):
    """Embedding(mask_zero) -> LSTM -> Bidirectional(LSTM) -> TimeDistributed(Dense)."""
    there = layers.LSTM(2, return_sequences=True, name="there")
    back = backward(2, return_sequences=True, go_backwards=True, name="back")
    steps = [
        keras.Input((6,)),
        layers.Embedding(10, 4, mask_zero=mask_zero, name="embedding"),
        layers.LSTM(3, return_sequences=True, name="lstm"),
        layers.Bidirectional(
            there,
            backward_layer=back,
            merge_mode=merge_mode,
            name="bidirectional",
        ),
        layers.TimeDistributed(layers.Dense(1, name="dense"), name="each_step"),
    ]
    return keras.Sequential(steps, name="m2")


def make_m3(stateful=True):
    """Two stateful LSTMs."""
    steps = [
        keras.Input(batch_shape=(3, 4, 2)),
        layers.LSTM(3, return_sequences=True, stateful=stateful, name="lower"),
        layers.LSTM(2, stateful=stateful, name="upper"),
    ]
    return keras.Sequential(steps, name="m3")


def make_m4(swapped=False):
    """Encoder and decoder, the states h and c handed over."""
    source, target = (
        keras.Input((4, 2), name="source"),
        keras.Input((3, 2), name="target"),
    )
    _, h, c = layers.LSTM(3, return_state=True, name="encoder")(source)
    states = [c, h] if swapped else [h, c]
    decoded = layers.LSTM(3, return_sequences=True, name="decoder")(
        target, initial_state=states
    )
    return keras.Model(
        [source, target], layers.Dense(1, name="dense")(decoded), name="m4"
    )


MODELS = {"m1": make_m1, "m2": make_m2, "m3": make_m3, "m4": make_m4}


def build(name, *, seed=SEED, **changes):
    """Return the model and a seeded x: float32 (batch, timesteps, features), for m2 int32 ids
    (batch, timesteps).
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model, rng = MODELS[name](**changes), np.random.default_rng(SEED)
    if name == "m2":
        return model, np.array(
            [[1, 2, 3, 4, 0, 0], [5, 6, 7, 8, 9, 1]], "int32"
        )
    arrays = [
        rng.normal(size=(3, *t.shape[1:])).astype("float32")
        for t in model.inputs
    ]
    return model, arrays[0] if len(arrays) == 1 else arrays
