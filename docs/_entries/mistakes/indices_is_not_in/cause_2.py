import keras
import numpy as np
from keras import layers

x = np.array([[31, 7, 250, 12, 4]])
model = keras.Sequential([layers.Embedding(5, 4), layers.LSTM(4)])
model.predict(x, verbose=0)
