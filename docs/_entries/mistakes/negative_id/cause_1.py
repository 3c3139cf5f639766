import keras
import numpy as np
from keras import layers

x = np.array([[3, 1, -1], [2, 9, 0]])
model = keras.Sequential([keras.Input((3,)), layers.Embedding(10, 4), layers.LSTM(4)])
table = model.layers[0]
print("-1 has the vector of 9:", bool(np.all(table(np.array(-1)) == table(np.array(9)))))
