import keras
import numpy as np
from keras import layers

inputs = keras.Input((10, 3))
model = keras.Model(inputs, layers.LSTM(4)(inputs))
model.predict(np.zeros((2, 10, 5)), verbose=0)
