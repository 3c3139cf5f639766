import keras
import numpy as np

model = keras.Sequential(
    [keras.Input(batch_shape=(3, None, 2)), keras.layers.LSTM(4, stateful=True)]
)
for timesteps in (2, 7, 1):
    print(timesteps, "timesteps ->", model.predict(np.zeros((3, timesteps, 2)), verbose=0).shape)
