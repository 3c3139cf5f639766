import keras
import numpy as np

x, h0, c0 = keras.Input((5, 2)), keras.Input((3,)), keras.Input((3,))
output, h, c = keras.layers.LSTM(3, return_state=True)(x, initial_state=[h0, c0])
model = keras.Model([x, h0, c0], [output, h, c])
data = np.random.default_rng(0).normal(size=(4, 10, 2)).astype("float32")
zeros = np.zeros((4, 3), "float32")
_, h1, c1 = model.predict([data[:, :5], zeros, zeros], verbose=0)
whole = model.layers[-1](data, initial_state=[zeros, zeros])[0]
second = model.predict([data[:, 5:], h1, c1], verbose=0)[0]
print("two halves, state handed over = one whole:", np.allclose(second, whole, atol=1e-6))
