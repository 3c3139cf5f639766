import keras

windows = keras.Sequential([keras.Input((24, 2)), keras.layers.LSTM(8)])
stateful = keras.Sequential(
    [keras.Input(batch_shape=(3, 24, 2)), keras.layers.LSTM(8, stateful=True)]
)
print("windows  ", windows.input_shape, windows.count_params(), "weights")
print("stateful ", stateful.input_shape, stateful.count_params(), "weights")
