import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(6, 5, 2)), np.array([[0], [1], [2], [0], [1], [2]])
y = keras.utils.to_categorical(y, 3)
loss = keras.losses.CategoricalHinge()
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(3, activation="softmax")]
)
print("loss:", float(loss(y, model(x))))
