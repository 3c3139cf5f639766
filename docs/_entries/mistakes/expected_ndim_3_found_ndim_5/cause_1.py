import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((2, 8, 8, 1)),
        layers.TimeDistributed(layers.Conv2D(2, 3)),
        layers.LSTM(3),
    ]
)
