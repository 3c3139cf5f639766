import keras
from keras import layers

inputs = keras.Input((5, 3))
x = layers.LSTM(4, return_sequences=True)(inputs)
model = keras.Model(inputs, layers.Attention()([x, x]))
print(model.output_shape)
