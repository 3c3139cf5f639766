import keras
import numpy as np
from keras import layers

x = np.array([[1.0, 2.0], [3.0, 4.0, 5.0]], dtype=object)
x = keras.utils.pad_sequences(x, dtype="float32", padding="post")[..., np.newaxis]
model = keras.Sequential([keras.Input((None, 1)), layers.Masking(), layers.LSTM(4)])
print(x.shape, model.predict(x, verbose=0).shape)
