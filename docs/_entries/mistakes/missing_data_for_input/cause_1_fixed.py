import keras
import numpy as np
from keras import layers

a, b = keras.Input((5, 1), name="a"), keras.Input((3,), name="b")
model = keras.Model([a, b], layers.Concatenate()([layers.LSTM(2)(a), b]))
out = model.predict({"a": np.zeros((4, 5, 1)), "b": np.zeros((4, 3))}, verbose=0)
print(out.shape)
