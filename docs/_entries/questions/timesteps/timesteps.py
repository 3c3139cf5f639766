import keras
import numpy as np

model = keras.Sequential([keras.Input((None, 39)), keras.layers.LSTM(4)])
for timesteps in (2, 64, 500):
    print(timesteps, "timesteps ->", model.predict(np.zeros((8, timesteps, 39)), verbose=0).shape)
