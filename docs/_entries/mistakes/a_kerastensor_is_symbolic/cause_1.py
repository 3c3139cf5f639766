import keras
import numpy as np
from keras import layers

x = layers.LSTM(4, return_sequences=True)(keras.Input((5, 3)))
out = np.mean(x, axis=1)
