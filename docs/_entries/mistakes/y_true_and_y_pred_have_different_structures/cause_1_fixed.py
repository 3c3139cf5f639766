import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8), layers.Dense(2)])
model.compile("adam", "mse")
y = [np.zeros(4), np.zeros(4)]
model.fit(np.zeros((4, 20, 4)), np.stack(y, axis=1), verbose=0)
print(model.output_shape)
