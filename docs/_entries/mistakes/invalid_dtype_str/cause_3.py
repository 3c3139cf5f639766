import keras
import numpy as np
from keras import layers

x = np.array(["a good film", "a bad film"])
model = keras.Sequential([keras.Input((3,)), layers.Embedding(10, 4), layers.LSTM(4)])
model.predict(x, verbose=0)
