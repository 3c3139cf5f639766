import numpy as np
from keras import layers

x = [[[1.0], [2.0]]]
out = layers.LSTM(2)(np.array(x, "float32"))
print(out.shape)
