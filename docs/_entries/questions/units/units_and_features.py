import keras

model = keras.Sequential([keras.Input((50, 3)), keras.layers.LSTM(150), keras.layers.Dense(2)])
features, units = 3, 150
print("the kernel for", features, "features:", (features, 4 * units))
for layer in model.layers:
    print(
        f"{layer.name:6s} {layer.output.shape!s:12s}",
        [tuple(w.shape) for w in layer.weights],
    )
