import keras
import numpy as np
from keras import layers

x = np.array([[3, 12, 5]])
x[x >= 10] = 1  # the id of unknown words
model = keras.Sequential([layers.Embedding(10, 4), layers.LSTM(4)])
print(model.predict(x, verbose=0).shape)
