import numpy as np
from keras import layers

x = np.zeros((2, 5, 3), "float32")
layer = layers.LSTM(4)
print(layer.use_cudnn, layer(x).shape)
