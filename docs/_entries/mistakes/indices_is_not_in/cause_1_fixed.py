import keras
import numpy as np
from keras import layers

words = ["the", "cat", "sat"]
x = np.array([[1, 2, 3], [1, 3, 2]])  # 0 is the padding
model = keras.Sequential([layers.Embedding(int(x.max()) + 1, 4), layers.LSTM(4)])
print(model.predict(x, verbose=0).shape)
