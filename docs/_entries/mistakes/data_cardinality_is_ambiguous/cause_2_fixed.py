import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("sgd", "mse")
x = [np.zeros((5, 1)) for _ in range(4)]
model.fit(np.stack(x), np.zeros(4), verbose=0)
print(np.stack(x).shape)
