import keras
import numpy as np
from keras import layers

x = np.zeros((4, 20, 4))
model = keras.Sequential(
    [
        keras.Input((20, 4)),
        layers.LSTM(8),
        layers.RepeatVector(20),
        layers.LSTM(4, return_sequences=True),
    ]
)
model.compile("adam", "mse")
model.fit(x, verbose=0)
