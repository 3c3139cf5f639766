import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(6, 5, 2)), np.array([0, 1, 2, 0, 1, 2])
loss = keras.losses.SparseCategoricalCrossentropy()
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(3, activation="softmax")]
)
certain = np.eye(3)[y]
print(
    "loss of a perfect prediction:",
    round(float(loss(y, certain)), 3),
    model.predict(x, verbose=0).shape,
)
