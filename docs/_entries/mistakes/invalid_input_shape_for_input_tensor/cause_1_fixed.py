import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 8)), layers.LSTM(4), layers.Dense(1)])
x = np.zeros((100, 8))
windows = np.lib.stride_tricks.sliding_window_view(x, 10, axis=0).transpose(0, 2, 1)
out = model.predict(windows, verbose=0)
print(out.shape)
