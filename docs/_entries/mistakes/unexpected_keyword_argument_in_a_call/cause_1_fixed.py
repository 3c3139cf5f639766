import keras
from keras import layers

x, constant = keras.Input((10, 8)), keras.Input((3,))
out = layers.LSTM(4)(layers.Concatenate()([x, layers.RepeatVector(10)(constant)]))
print(out.shape)
