import keras
import numpy as np
from keras import layers

inputs = keras.Input((None, 3))
model = keras.Model(inputs, layers.LSTM(4)(inputs))
out = model.predict(np.zeros((2, 12, 3)), verbose=0)
print(out.shape)
