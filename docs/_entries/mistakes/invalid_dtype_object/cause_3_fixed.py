import keras
import numpy as np
from keras import layers

table = np.array([["mon", 0.1, 0.2], ["tue", 0.3, 0.4]], dtype=object)
x = table[:, 1:].astype("float32").reshape(1, 2, 2)
model = keras.Sequential([layers.GRU(4)])
print(model.predict(x, verbose=0).shape)
