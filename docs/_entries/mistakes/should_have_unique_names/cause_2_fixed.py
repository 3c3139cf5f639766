import keras
from keras import layers

x = keras.Input((4, 3))
a, b = layers.LSTM(4, name="left")(x), layers.LSTM(4, name="right")(x)
model = keras.Model(x, [a, b])
print(model.output_shape)
