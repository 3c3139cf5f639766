import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
first = keras.Model(model.inputs, model.layers[0].output)
print(first.predict(np.zeros((2, 5, 1)), verbose=0).shape)
