import keras
import numpy as np
from keras import layers

matrix = np.zeros((9, 4))
out = layers.Embedding(10, 4, weights=[matrix])(keras.Input((3,)))
