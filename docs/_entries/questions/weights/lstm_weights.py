import keras


def lstm_weights(d, u):
    return 4 * (u * (d + u) + u)


model = keras.Sequential(
    [
        keras.Input((20, 1)),
        keras.layers.LSTM(9, return_sequences=True),
        keras.layers.LSTM(5),
        keras.layers.Dense(2),
    ]
)
print(
    [layer.count_params() for layer in model.layers],
    "=",
    [lstm_weights(1, 9), lstm_weights(9, 5), 2 * (5 + 1)],
)
