import keras
import numpy as np
from keras import layers

weights = [np.zeros((7, 16)), np.zeros((4, 16)), np.zeros(16)]
model = keras.Sequential([keras.Input((10, 7)), layers.LSTM(4)])
model.layers[0].set_weights(weights)
print([w.shape for w in model.get_weights()])
