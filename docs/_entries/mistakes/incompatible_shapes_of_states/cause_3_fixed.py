import numpy as np
from keras import layers

x, h = np.zeros((2, 3, 5, 5, 1), "float32"), np.zeros((2, 5, 5, 2), "float32")
out = layers.ConvLSTM2D(2, 3, padding="same")(x, initial_state=[h, h])
print(out.shape)
