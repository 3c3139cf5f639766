import keras
import numpy as np
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.lstm = layers.LSTM(3)

    def call(self, x):
        return self.lstm(x)


out = Net()(np.zeros((1, 2, 3)))
print(out.shape)
