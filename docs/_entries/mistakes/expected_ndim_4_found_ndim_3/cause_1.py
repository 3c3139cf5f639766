import keras
from keras import layers

model = keras.Sequential([keras.Input((28, 1)), layers.ConvLSTM1D(8, 3)])
