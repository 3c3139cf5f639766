import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.CuDNNLSTM(4)])
