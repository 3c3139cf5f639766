import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
first = keras.backend.function([model.input], [model.layers[0].output])
