import keras

layers = keras.layers
x, shifted = keras.Input((10, 3)), keras.Input((6, 1))
sequence, h1, c1 = layers.LSTM(8, return_sequences=True, return_state=True)(x)
_, h2, c2 = layers.LSTM(5, return_state=True)(sequence)
decoded = layers.LSTM(8, return_sequences=True)(shifted, initial_state=[h1, c1])
decoded = layers.LSTM(5, return_sequences=True)(decoded, initial_state=[h2, c2])
print("layer 1", h1.shape, c1.shape, " layer 2", h2.shape, c2.shape)
print("model  ", keras.Model([x, shifted], layers.Dense(1)(decoded)).output_shape)
