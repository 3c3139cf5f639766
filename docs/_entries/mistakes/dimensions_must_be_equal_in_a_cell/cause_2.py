import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.GRU(4)])
x = np.zeros((2, 3, 10))
model.predict(x, verbose=0)
