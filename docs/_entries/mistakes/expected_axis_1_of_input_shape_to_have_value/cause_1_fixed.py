import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 5)), layers.Dense(4), layers.LSTM(2)])
out = model.predict(np.zeros((1, 10, 5)), verbose=0)
print(out.shape)
