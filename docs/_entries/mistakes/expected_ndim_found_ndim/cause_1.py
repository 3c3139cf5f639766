import keras
from keras import layers

model = keras.Sequential([keras.Input((4, 8, 8, 1)), layers.ConvLSTM3D(2, 3)])
