import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((3, 1)), layers.LSTM(4)])
x = np.zeros((2, 3, 1))
out = model.predict(x, verbose=0)
print(out.shape)
