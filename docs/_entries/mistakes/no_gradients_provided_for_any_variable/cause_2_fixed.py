import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8), layers.Dense(1)])
model.compile("adam", lambda y, p: keras.ops.mean((y - p) ** 2))
model.fit(np.zeros((4, 20, 4)), np.zeros((4, 1)), verbose=0)
print(model.output_shape)
