import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
x = np.array("0.1 0.4 0.2 0.9 0.3".split()).reshape(1, 5, 1)
model.predict(x, verbose=0)
