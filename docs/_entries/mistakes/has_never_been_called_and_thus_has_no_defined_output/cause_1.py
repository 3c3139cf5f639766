import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4)])
states = keras.Model(model.inputs, model.layers[-1].output)
