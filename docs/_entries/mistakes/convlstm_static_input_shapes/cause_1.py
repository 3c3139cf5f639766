import keras
from keras import layers

model = keras.Sequential([keras.Input((5, None, None, 1)), layers.ConvLSTM2D(8, 3)])
