import numpy as np
from keras import layers

x = np.zeros((2, 5, 3), "float32")
out, h, c = layers.LSTM(4, return_state=True)(x)
print(out.shape, h.shape, c.shape)
