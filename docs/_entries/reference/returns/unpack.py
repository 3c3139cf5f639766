import keras
import numpy as np

x = np.zeros((2, 3, 5), "float32")
out = keras.layers.LSTM(4)(x)
seq = keras.layers.LSTM(4, return_sequences=True)(x)
out, h, c = keras.layers.LSTM(4, return_state=True)(x)
seq, h, c = keras.layers.LSTM(4, return_sequences=True, return_state=True)(x)
out, h = keras.layers.GRU(4, return_state=True)(x)
out, *states = keras.layers.Bidirectional(keras.layers.LSTM(4, return_state=True))(x)
print(seq.shape, h.shape, out.shape, [tuple(s.shape) for s in states])
