import keras
import numpy as np
from keras import layers

x = np.array([[3, 12, 5]])
model = keras.Sequential([layers.Embedding(10, 4), layers.LSTM(4)])
model.predict(x, verbose=0)
