import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.TimeDistributed(layers.LSTM(8))])
