import keras
import numpy as np
from keras import layers

x = np.array([[31, 7, 250, 12, 4]])
model = keras.Sequential([layers.Embedding(1000, 4), layers.LSTM(4)])
print(model.predict(x, verbose=0).shape)
