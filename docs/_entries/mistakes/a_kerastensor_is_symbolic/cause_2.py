import keras
from keras import layers

inputs = keras.Input((5, 3))
model = keras.Model(inputs, layers.LSTM(1)(inputs))
value = float(model.output)
