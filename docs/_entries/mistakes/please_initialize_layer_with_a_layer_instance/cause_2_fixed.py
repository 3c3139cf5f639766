import keras
from keras import layers

inputs = keras.Input((10, 3))
out = layers.Bidirectional(layers.LSTM(4))(inputs)
print(out.shape)
