import keras
import numpy as np
from keras import layers


def batches():
    while True:
        yield np.zeros((8, 5, 1)), np.zeros(8)


model = keras.Sequential([keras.Input((5, 1)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit_generator(batches(), steps_per_epoch=2, verbose=0)
