import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((10, 3)),
        layers.LSTM(8, return_sequences=True),
        layers.Flatten(),
        layers.Dense(1),
    ]
)
model.predict(np.zeros((2, 12, 3)), verbose=0)
