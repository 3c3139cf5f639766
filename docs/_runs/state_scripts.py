"""The scripts of the page State rules; each is run, and shown with what it printed or raised."""

from __future__ import annotations

#: one long sequence, in pieces and as a whole
PIECES = """\
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 9, 5)).astype("float32")
whole = keras.layers.LSTM(4, return_sequences=True)
kept = keras.layers.LSTM(4, return_sequences=True, stateful=True)
expected = np.array(whole(x))
kept.build((2, 3, 5))
kept.set_weights(whole.get_weights())
pieces = [np.array(kept(x[:, start : start + 3])) for start in (0, 3, 6)]
print("three pieces, the states kept: ", np.allclose(np.concatenate(pieces, axis=1), expected, atol=1e-6))
begun = [np.array(whole(x[:, start : start + 3])) for start in (0, 3, 6)]
print("three pieces, each from zeros: ", np.allclose(np.concatenate(begun, axis=1), expected, atol=1e-6))
"""
#: the same by hand
FEED = """\
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 9, 5)).astype("float32")
lstm = keras.layers.LSTM(4, return_state=True)
whole = np.array(lstm(x)[0])
states = None
for start in (0, 3, 6):
    out, *states = lstm(x[:, start : start + 3], initial_state=states)
print([tuple(state.shape) for state in states], np.allclose(out, whole, atol=1e-6))
"""
#: training on batches of 2, predicting one sample
TWIN = """\
import keras
import numpy as np


def build(batch):
    return keras.Sequential(
        [keras.Input(batch_shape=(batch, 3, 5)), keras.layers.LSTM(4, stateful=True), keras.layers.Dense(1)]
    )


x = np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")
training, twin = build(2), build(1)
training.compile("sgd", "mse")
training.fit(x, np.ones((2, 1)), epochs=2, verbose=0)
twin.set_weights(training.get_weights())
training.layers[0].reset_state()
print(np.allclose(twin(x[:1]), training(x)[:1], atol=1e-6))
print([tuple(w.shape) for w in twin.get_weights()])
"""
OTHER_BATCH = """\
import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), keras.layers.LSTM(4, stateful=True)])
model.predict(np.zeros((1, 3, 5)), verbose=0)
"""
BIDIRECTIONAL = """\
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 6, 5)).astype("float32")
layer = keras.layers.Bidirectional(keras.layers.LSTM(4, stateful=True), merge_mode=None)
layer.build((2, 3, 5))
layer(x[:, :3])
forward, backward = layer(x[:, 3:])

whole = keras.layers.Bidirectional(keras.layers.LSTM(4), merge_mode=None)
whole.build((2, 6, 5))
whole.set_weights(layer.get_weights())
expected = whole(x)
print("forward half like one long sequence: ", np.allclose(forward, expected[0], atol=1e-6))
print("backward half like one long sequence:", np.allclose(backward, expected[1], atol=1e-6))

steps = [2, 1, 0, 5, 4, 3]  # what the backward half has read, in its order
begun = keras.layers.LSTM(4)
begun.build((2, 6, 5))
begun.set_weights(layer.backward_layer.get_weights())
print("backward half like steps 2 1 0 5 4 3:", np.allclose(backward, begun(x[:, steps]), atol=1e-6))
layer.reset_state()
states = layer.forward_layer.states + layer.backward_layer.states
print("reset_state sets both back:          ", not any(state.numpy().any() for state in states))
"""
CELLS = """\
import keras

layer = keras.layers.RNN([keras.layers.GRUCell(4), keras.layers.LSTMCell(7)], stateful=True)
layer.build((2, 3, 5))
layer.reset_state()
"""
MODEL_RESET = """\
import keras

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), keras.layers.LSTM(4, stateful=True)])
model.reset_states()
"""
WHERE = """\
import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), keras.layers.LSTM(4, stateful=True)])
model(np.ones((2, 3, 5)))
h, c = model.layers[0].states
print("h", h.shape, "c", c.shape)
print("in get_weights:", len(model.get_weights()), "arrays;", "in variables:", len(model.variables))
h.assign(np.full((2, 4), 0.5))
print(model.layers[0].states[0].numpy()[0])
for layer in model.layers:
    if getattr(layer, "stateful", False):
        layer.reset_state()
print(h.numpy()[0])
"""
SCRIPTS: dict[str, str] = {
    "pieces": PIECES,
    "feed": FEED,
    "twin": TWIN,
    "other_batch": OTHER_BATCH,
    "bidirectional": BIDIRECTIONAL,
    "cells": CELLS,
    "model_reset": MODEL_RESET,
    "where": WHERE,
}
