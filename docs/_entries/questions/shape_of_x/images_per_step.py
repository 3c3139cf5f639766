import keras

films = keras.Input((10, 28, 28, 1))
frames = keras.layers.TimeDistributed(keras.layers.Conv2D(8, 3, strides=3))(films)
vectors = keras.layers.TimeDistributed(keras.layers.Flatten())(frames)
print(frames.shape, "->", vectors.shape, "->", keras.layers.LSTM(16)(vectors).shape)

series = keras.Input((100, 2))
channels = keras.layers.Conv1D(12, 5, strides=5)(series)
lstm = keras.layers.LSTM(16)
print(
    channels.shape,
    "->",
    lstm(channels).shape,
    "weights",
    lstm.count_params(),
    "=",
    4 * (16 * (12 + 16) + 16),
)
