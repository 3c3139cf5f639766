import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.Reshape((4, 8)), layers.LSTM(2)])
