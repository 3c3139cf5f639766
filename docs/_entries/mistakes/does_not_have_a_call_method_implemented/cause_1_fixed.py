import keras
import numpy as np
from keras import layers


class Forecast(keras.Model):
    def __init__(self):
        super().__init__()
        self.rnn = layers.SimpleRNN(4)

    def call(self, x):
        return self.rnn(x)


model = Forecast()
print(model(np.zeros((2, 5, 1))).shape)
