import keras
import numpy as np
from keras import layers

a, b = keras.Input((5, 1), name="a"), keras.Input((3,), name="b")
model = keras.Model([a, b], layers.Concatenate()([layers.LSTM(2)(a), b]))
x, more = np.zeros((4, 5, 1)), np.zeros((4, 3))
out = model.predict({"a": x, "b": more}, verbose=0)
print(out.shape)
