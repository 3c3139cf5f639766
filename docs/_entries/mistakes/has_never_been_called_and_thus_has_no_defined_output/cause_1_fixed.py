import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.LSTM(4)])
states = keras.Model(model.inputs, model.layers[-1].output)
print(states.output_shape)
