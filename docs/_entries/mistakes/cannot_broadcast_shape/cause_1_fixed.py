import keras
from keras import layers

x = keras.Input((5, 3))
out = layers.Dense(4)(x) + layers.LSTM(4, return_sequences=True)(x)
print(out.shape)
