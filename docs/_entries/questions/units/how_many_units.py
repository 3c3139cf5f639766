import keras

for units in (8, 16, 32, 64, 128):
    model = keras.Sequential(
        [keras.Input((24, 2)), keras.layers.LSTM(units), keras.layers.Dense(1)]
    )
    print(f"{units:3d} units {model.count_params():6d} weights")
