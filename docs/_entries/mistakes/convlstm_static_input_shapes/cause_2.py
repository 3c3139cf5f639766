import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 8, 8, None)), layers.ConvLSTM2D(8, 3)])
