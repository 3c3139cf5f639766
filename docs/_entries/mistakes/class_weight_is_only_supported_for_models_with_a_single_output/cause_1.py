import keras
import numpy as np
from keras import layers

i = keras.Input((20, 4))
h = layers.LSTM(8)(i)
model = keras.Model(i, [layers.Dense(1, name="a")(h), layers.Dense(1, name="b")(h)])
model.compile("adam", "mse")
y = np.zeros((4, 1), "int32")
model.fit(np.zeros((4, 20, 4)), [y, y], class_weight={0: 1.0, 1: 2.0}, verbose=0)
