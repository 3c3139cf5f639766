import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 2, 2, 1)), layers.ConvLSTM2D(8, 3)])
