import keras
import numpy as np

layers = keras.layers
x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
layer = layers.Bidirectional(layers.LSTM(4, return_state=True))
zeros, ones = np.zeros((2, 4), "float32"), np.ones((2, 4), "float32")
plain = layer(x)[0].numpy()
begun = layer(x, initial_state=[ones, ones, zeros, zeros])[0].numpy()
print("forward half is another: ", not np.allclose(plain[:, :4], begun[:, :4]))
print("backward half is the same:", np.allclose(plain[:, 4:], begun[:, 4:], atol=1e-6))
