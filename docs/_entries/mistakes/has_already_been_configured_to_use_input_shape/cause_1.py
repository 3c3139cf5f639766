import keras
from keras import layers

model = keras.Sequential([keras.Input((4, 3)), layers.LSTM(3)])
model.add(keras.Input((2,)))
model.add(layers.Dense(1))
