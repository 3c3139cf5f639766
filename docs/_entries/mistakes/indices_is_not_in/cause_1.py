import keras
import numpy as np
from keras import layers

words = ["the", "cat", "sat"]
x = np.array([[1, 2, 3], [1, 3, 2]])  # 0 is the padding
model = keras.Sequential([layers.Embedding(len(words), 4), layers.LSTM(4)])
model.predict(x, verbose=0)
