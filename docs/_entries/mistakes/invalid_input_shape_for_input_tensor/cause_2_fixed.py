import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 8)), layers.LSTM(4), layers.Dense(1)])
x = np.zeros((10, 8))
out = model.predict(x[None], verbose=0)
print(out.shape)
