import keras
import numpy as np
from keras import layers

units = np.int64(4)
out = layers.LSTM(units)(keras.Input((3, 2)))
