import numpy as np
from keras import layers

layer = layers.LSTM(4, return_state=True)
out, h, c = layer(np.zeros((2, 5, 3), "float32"))
print(h.shape, c.shape)
