import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.Permute((1, 0)), layers.LSTM(4)])
