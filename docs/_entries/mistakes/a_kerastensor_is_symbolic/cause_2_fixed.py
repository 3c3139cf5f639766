import keras
import numpy as np
from keras import layers

inputs = keras.Input((5, 3))
model = keras.Model(inputs, layers.LSTM(1)(inputs))
value = float(model.predict(np.zeros((1, 5, 3)), verbose=0)[0, 0])
print(value)
