import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
batches = ((np.zeros((1, 5, 1)),) for _ in range(2))
print(model.predict(batches, verbose=0).shape)
