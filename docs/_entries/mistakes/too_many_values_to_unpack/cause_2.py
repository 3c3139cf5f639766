import keras
from keras import layers

inputs = keras.Input((10, 8))
out, h, c = layers.Bidirectional(layers.LSTM(4, return_state=True))(inputs)
