import keras

for last in (False, True):
    model = keras.Sequential(
        [
            keras.Input((20, 4)),
            keras.layers.GRU(8, return_sequences=True),
            keras.layers.GRU(8, return_sequences=last),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    print(f"return_sequences={last}: the model returns {model.output_shape}")
