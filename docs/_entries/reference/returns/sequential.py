import keras

model = keras.Sequential(
    [keras.Input((3, 5)), keras.layers.LSTM(4, return_state=True), keras.layers.Dense(1)]
)
