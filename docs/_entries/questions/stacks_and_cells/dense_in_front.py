import keras

x = keras.Input((20, 1))
dense = keras.layers.Dense(5)(x)
print(x.shape, "-> Dense", dense.shape, "-> LSTM", keras.layers.LSTM(32)(dense).shape)
flat = keras.layers.Dense(5)(keras.Input((1,)))
print(
    "without timesteps:",
    flat.shape,
    "-> RepeatVector(20)",
    keras.layers.RepeatVector(20)(flat).shape,
)
