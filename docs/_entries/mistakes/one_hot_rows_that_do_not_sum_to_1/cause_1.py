import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(4, 5, 2)), np.array([[1, 1, 0], [0, 1, 1], [0, 0, 0], [1, 0, 0]])
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(3, activation="softmax")]
)
model.compile("adam", "categorical_crossentropy")
print("sums of the rows of y:", y.sum(axis=1), "loss:", round(model.evaluate(x, y, verbose=0), 3))
