import keras
import numpy as np
from keras import layers

matrix = np.zeros((9, 4))
out = layers.Embedding(len(matrix), 4, weights=[matrix])(keras.Input((3,)))
print(out.shape)
