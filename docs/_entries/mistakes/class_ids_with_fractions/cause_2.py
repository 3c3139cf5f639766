import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(6, 5, 2)), np.array([0, 1, 2, 0, 1, 2])
y = y / y.max()
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(3, activation="softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy")
print(
    "classes that the loss reads:",
    np.unique(y.astype(int)),
    "loss:",
    model.evaluate(x, y, verbose=0),
)
