import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.export("folder", verbose=False)
served = layers.TFSMLayer("folder", call_endpoint="serve")
print(served(np.zeros((2, 5, 1), "float32")).shape)
