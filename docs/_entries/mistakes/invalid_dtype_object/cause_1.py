import keras
import numpy as np
from keras import layers

x = np.array([[1.0, 2.0], [3.0, 4.0, 5.0]], dtype=object)
model = keras.Sequential([keras.Input((None, 1)), layers.Masking(), layers.LSTM(4)])
model.predict(x, verbose=0)
