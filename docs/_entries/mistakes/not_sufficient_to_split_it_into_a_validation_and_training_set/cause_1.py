import keras
import numpy as np
from keras import layers

series = np.sin(np.arange(60) / 3)
x, y = series[:-1].reshape(1, 59, 1), series[-1:]
model = keras.Sequential([keras.Input((None, 1)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, validation_split=0.2, verbose=0)
