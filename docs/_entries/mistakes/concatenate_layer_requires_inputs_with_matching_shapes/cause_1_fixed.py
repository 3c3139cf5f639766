import keras
from keras import layers

x = keras.Input((5, 3))
a = layers.LSTM(4, return_sequences=True)(x)
b = layers.LSTM(4)(x)
out = layers.Concatenate()([a, layers.RepeatVector(5)(b)])
print(out.shape)
