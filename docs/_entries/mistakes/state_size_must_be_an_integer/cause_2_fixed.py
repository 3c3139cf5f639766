import keras
import numpy as np
from keras import layers

units = np.int64(4)
out = layers.LSTM(int(units))(keras.Input((3, 2)))
print(out.shape)
