import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
bias = keras.backend.get_value(model.layers[0].cell.bias)
