import keras
from keras import layers

x = keras.Input((4, 3))
out = layers.LSTM(4)(x)
model = keras.Model(x, out)
print(model.output_shape)
