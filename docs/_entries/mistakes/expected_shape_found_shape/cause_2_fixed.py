import keras
import numpy as np
from keras import layers

inputs = keras.Input((10, 3))
model = keras.Model(inputs, layers.LSTM(4)(inputs))
x = np.zeros((2, 3, 10))
out = model.predict(x.transpose(0, 2, 1), verbose=0)
print(out.shape)
