import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((None, 3)),
        layers.LSTM(8, return_sequences=True),
        layers.Flatten(),
        layers.Dense(1),
    ]
)
