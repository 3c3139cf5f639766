import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse", metrics=[keras.metrics.R2Score()])
print(model.evaluate(np.zeros((2, 5, 1)), np.ones((2, 1)), verbose=0, return_dict=True))
