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
