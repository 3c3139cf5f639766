import numpy as np
from keras import layers

x = np.zeros(5, "float32")
out = layers.LSTM(8)(x[None, :, None])
print(out.shape)
