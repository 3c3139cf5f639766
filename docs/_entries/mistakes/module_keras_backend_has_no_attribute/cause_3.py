import keras
import numpy as np


def own(y, output):
    return keras.backend.mean(keras.backend.square(y - output))


loss = own(np.zeros(2), np.ones(2))
