import keras
import numpy as np
from keras import layers

x, y = np.zeros((4, 20, 4)), np.zeros((4, 1))
model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, validation_data=(x, y), verbose=0)
print(model.output_shape)
