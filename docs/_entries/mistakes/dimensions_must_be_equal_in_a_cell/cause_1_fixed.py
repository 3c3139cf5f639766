import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 5)), layers.LSTM(4)])
x = np.zeros((100, 10, 5))
out = model.predict(x, verbose=0)
print(out.shape)
