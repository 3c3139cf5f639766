import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.GRU(4)])
x = np.zeros((2, 3, 10))
out = model.predict(x.transpose(0, 2, 1), verbose=0)
print(out.shape)
