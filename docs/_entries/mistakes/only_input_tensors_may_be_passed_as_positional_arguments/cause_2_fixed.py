import keras
from keras import layers

inputs = keras.Input((5, 3))
out = layers.Dense(3)(layers.LSTM(4)(inputs))
print(out.shape)
