import numpy as np
from keras import layers

layer = layers.LSTM(4)
layer(np.zeros((2, 5, 3), "float32"))
second = layers.LSTM(4)
out = second(np.zeros((2, 5, 8), "float32"))
print(out.shape)
