import keras
import numpy as np

layers = keras.layers
x, shifted = keras.Input((None, 3)), keras.Input((None, 1))
_, h, c = layers.LSTM(8, return_state=True)(x)
decoded = layers.LSTM(8, return_sequences=True)(shifted, initial_state=[h, c])
model = keras.Model([x, shifted], layers.Dense(1)(decoded))
for length in (2, 7):
    print(
        length,
        "steps ->",
        model.predict([np.zeros((4, 10, 3)), np.zeros((4, length, 1))], verbose=0).shape,
    )
