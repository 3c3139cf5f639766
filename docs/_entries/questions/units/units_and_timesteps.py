import keras

for timesteps in (5, 50, 500):
    model = keras.Sequential([keras.Input((timesteps, 3)), keras.layers.LSTM(4)])
    print(
        f"{timesteps:3d} timesteps, 4 units: {model.count_params()} weights,",
        f"output {model.output_shape}",
    )
