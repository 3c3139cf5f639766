import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((3, 1)), layers.LSTM(4)])
x = np.zeros((0, 3, 1))
model.predict(x, verbose=0)
