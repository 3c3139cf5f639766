import keras
import numpy as np
from keras import layers


class Cell(layers.Layer):
    state_size = 4

    def call(self, x):
        return x, [x]


model = keras.Sequential([keras.Input((5, 4)), layers.RNN(Cell())])
model.predict(np.zeros((2, 5, 4)), verbose=0)
