import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((4, 3)),
        layers.LSTM(3, name="a", return_sequences=True),
        layers.LSTM(3, name="a"),
    ]
)
