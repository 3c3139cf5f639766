import keras
import numpy as np

table = np.zeros((700, 57))
timesteps = 10
windows = np.stack([table[start : start + timesteps] for start in range(len(table) - timesteps)])
print("windows of rows      ", windows.shape)
print("each row a sequence  ", table[..., None].shape)
model = keras.Sequential(
    [keras.Input((timesteps, 57)), keras.layers.LSTM(8), keras.layers.Dense(1)]
)
print("one output per window", model.predict(windows, verbose=0).shape)
