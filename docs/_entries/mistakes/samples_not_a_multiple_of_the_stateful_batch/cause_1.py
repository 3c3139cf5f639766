import keras
import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(9, 5, 1))
model = keras.Sequential(
    [keras.Input(batch_shape=(4, 5, 1)), layers.LSTM(4, stateful=True), layers.Dense(1)]
)
print(len(x), "samples,", len(model.predict(x, batch_size=4, verbose=0)), "predictions")
