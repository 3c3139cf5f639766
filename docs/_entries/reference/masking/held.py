import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(1, 4, 5)).astype("float32")
short = np.array([[True, True, True, False]])
lstm = keras.layers.LSTM(3, return_sequences=True)
print("last step masked: ", np.array(lstm(x, mask=short))[0, :, 0].round(3))
print("three steps only: ", np.array(lstm(x[:, :3]))[0, :, 0].round(3))
front = np.array([[False, True, True, True]])
print("first step masked:", np.array(lstm(x, mask=front))[0, :, 0].round(3))
print("without step 0:   ", np.array(lstm(x[:, 1:]))[0, :, 0].round(3))
