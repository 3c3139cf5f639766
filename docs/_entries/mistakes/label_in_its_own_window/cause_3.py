import keras
import numpy as np
from keras import layers

series = np.random.default_rng(0).normal(size=(20, 6, 1))
x = y = series
model = keras.Sequential(
    [keras.Input((None, 1)), layers.LSTM(4, return_sequences=True), layers.Dense(1)]
)
print("y is x:", np.array_equal(x, y), model.predict(x, verbose=0).shape)
