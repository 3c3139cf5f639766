import keras
from keras import layers

model = keras.Sequential([keras.Input((10, None)), layers.LSTM(8)])
