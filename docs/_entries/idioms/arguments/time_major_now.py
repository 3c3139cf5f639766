import keras
import numpy as np
from keras import layers

time_first = np.ones((10, 2, 3))
print(layers.LSTM(4)(keras.ops.transpose(time_first, (1, 0, 2))).shape)
