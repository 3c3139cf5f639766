import keras
import numpy as np
from keras import layers

x = np.array([[3, 1, -1], [2, 9, 0]]) + 1
model = keras.Sequential([keras.Input((3,)), layers.Embedding(11, 4), layers.LSTM(4)])
table = model.layers[0]
print("0 has the vector of 10:", bool(np.all(table(np.array(0)) == table(np.array(10)))))
