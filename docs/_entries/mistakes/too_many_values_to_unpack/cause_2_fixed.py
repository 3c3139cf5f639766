import keras
from keras import layers

inputs = keras.Input((10, 8))
out, fh, fc, bh, bc = layers.Bidirectional(layers.LSTM(4, return_state=True))(inputs)
print(out.shape, fh.shape, bc.shape)
