import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 4)), layers.Reshape((-1, -1, 2)), layers.LSTM(4)])
