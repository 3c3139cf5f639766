import keras
import numpy as np


def own(y, output):
    return keras.ops.mean(keras.ops.square(y - output))


loss = own(np.zeros(2), np.ones(2))
print(float(loss))
