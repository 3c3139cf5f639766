import numpy as np
from keras import layers

x = np.zeros((2, 5, 3), "float32")
layer = layers.LSTM(4, use_cudnn=True)
layer(x)
