import numpy as np
from keras import layers


def make():
    x = np.zeros((2, 5, 1), "float32")


out = layers.LSTM(4)(make())
