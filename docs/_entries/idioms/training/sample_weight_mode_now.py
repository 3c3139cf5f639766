import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.LSTM(4, return_sequences=True), layers.Dense(1, "sigmoid")]
)
model.compile("adam", "mse")
weights = np.ones((8, 5))
weights[:, 3:] = 0  # the last two steps do not count
model.fit(np.zeros((8, 5, 1)), np.zeros((8, 5, 1)), sample_weight=weights, verbose=0)
