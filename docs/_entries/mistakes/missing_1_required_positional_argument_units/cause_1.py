import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(output_dim=4)])
