import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((10, 3)), layers.LSTM(8), layers.TimeDistributed(layers.Dense(1))]
)
