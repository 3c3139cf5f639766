import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 1)), layers.LSTM(4, stateful=True)])
