import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.TimeDistributed(layers.Dense(4))])
x = np.zeros((2, 10, 5))
model.predict(x, verbose=0)
