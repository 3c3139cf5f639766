import keras
from keras import layers

inputs = keras.Input((10, 3))
out, h, c = layers.LSTM(8, return_state=True)(inputs)
model = keras.Model(inputs, layers.Dense(1)(out))
print(model.output_shape)
