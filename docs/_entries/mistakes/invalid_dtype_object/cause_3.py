import keras
import numpy as np
from keras import layers

table = np.array([["mon", 0.1, 0.2], ["tue", 0.3, 0.4]], dtype=object)
x = table.reshape(1, 2, 3)
model = keras.Sequential([layers.GRU(4)])
model.predict(x, verbose=0)
