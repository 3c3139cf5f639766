import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.predict_generator(np.zeros((1, 5, 1)) for _ in range(2))
