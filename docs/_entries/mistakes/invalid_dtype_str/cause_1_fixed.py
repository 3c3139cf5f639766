import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.LSTM(4), layers.Dense(2, activation="softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy")
x, y = np.zeros((3, 5, 1)), np.array(["up", "down", "up"])
names, y = np.unique(y, return_inverse=True)
model.evaluate(x, y, verbose=0)
print(names, y)
