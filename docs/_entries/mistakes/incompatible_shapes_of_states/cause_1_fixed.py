import numpy as np
from keras import layers

x, h = np.zeros((2, 10, 8), "float32"), np.zeros((2, 4), "float32")
out = layers.LSTM(4)(x, initial_state=[h, h])
print(out.shape)
