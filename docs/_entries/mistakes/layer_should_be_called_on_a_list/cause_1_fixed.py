import keras
from keras import layers

x = keras.Input((4, 3))
model = keras.Model(x, layers.Concatenate()([layers.LSTM(3)(x), layers.GRU(3)(x)]))
print(model.output_shape)
