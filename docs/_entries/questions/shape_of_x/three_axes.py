import keras
import numpy as np

x = np.zeros((1000, 10, 3))
one = keras.Sequential([keras.Input((10, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)])
steps = keras.Sequential(
    [keras.Input((10, 3)), keras.layers.LSTM(4, return_sequences=True), keras.layers.Dense(1)]
)
print("x                   ", x.shape)
print("y, one per sample   ", one.predict(x, verbose=0).shape)
print("y, one per timestep ", steps.predict(x, verbose=0).shape)
