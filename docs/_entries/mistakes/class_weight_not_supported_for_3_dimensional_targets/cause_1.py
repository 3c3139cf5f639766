import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((20, 4)),
        layers.LSTM(8, return_sequences=True),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile("adam", "categorical_crossentropy")
y = np.zeros((4, 20, 3))
model.fit(np.zeros((4, 20, 4)), y, class_weight={0: 1.0, 1: 2.0, 2: 2.0}, verbose=0)
