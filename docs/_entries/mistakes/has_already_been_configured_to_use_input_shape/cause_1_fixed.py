import keras
from keras import layers

x, more = keras.Input((4, 3)), keras.Input((2,))
out = layers.Dense(1)(layers.Concatenate()([layers.LSTM(3)(x), more]))
model = keras.Model([x, more], out)
print(model.output_shape)
