import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.Dense(4), layers.LSTM(2)])
model.predict(np.zeros((1, 10, 5)), verbose=0)
