import keras
import numpy as np
from keras import layers

i = keras.Input((20, 4))
h = layers.LSTM(8)(i)
model = keras.Model(i, [layers.Dense(1, name="a")(h), layers.Dense(1, name="b")(h)])
model.compile("adam", ["mse", "mse"], loss_weights=[1.0, 1.0])
model.fit(np.zeros((4, 20, 4)), [np.zeros((4, 1)), np.zeros((4, 1))], verbose=0)
print([tuple(o.shape) for o in model.outputs])
