import keras
from keras import layers

model = keras.Sequential([keras.Input((3, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("sgd", "mse")
x, y = [[[1], [2], [3]], [[4], [5], [6]]], [1, 2]
model.fit(x, y, verbose=0)
