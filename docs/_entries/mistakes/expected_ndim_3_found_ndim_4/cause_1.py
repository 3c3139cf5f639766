import keras
from keras import layers

model = keras.Sequential([keras.Input((64, 20, 4)), layers.LSTM(8)])
