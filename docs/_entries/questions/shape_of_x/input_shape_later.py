import keras

model = keras.Sequential(
    [
        keras.Input((10, 3)),
        keras.layers.LSTM(8, return_sequences=True),
        keras.layers.LSTM(4, input_shape=(99, 77)),
    ]
)
print("the second layer reads", model.layers[1].input.shape)
