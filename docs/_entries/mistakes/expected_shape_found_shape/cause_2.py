import keras
import numpy as np
from keras import layers

inputs = keras.Input((10, 3))
model = keras.Model(inputs, layers.LSTM(4)(inputs))
x = np.zeros((2, 3, 10))
model.predict(x, verbose=0)
