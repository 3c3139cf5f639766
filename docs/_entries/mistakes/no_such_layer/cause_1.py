import keras
from keras import layers

first = keras.Sequential([keras.Input((4, 3)), layers.LSTM(4)])
second = keras.Sequential([keras.Input((4, 3)), layers.LSTM(4)])
layer = second.get_layer("lstm")
