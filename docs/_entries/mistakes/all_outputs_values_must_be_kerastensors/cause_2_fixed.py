import keras
from keras import layers

x = keras.Input((4, 3))
model = keras.Model(x, layers.LSTM(4)(x))
print(model.output_shape)
