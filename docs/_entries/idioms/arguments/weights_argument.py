import numpy as np
from keras import layers

layers.LSTM(4, weights=[np.ones((3, 16)), np.ones((4, 16)), np.ones(16)])
