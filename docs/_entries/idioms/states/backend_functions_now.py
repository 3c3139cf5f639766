import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.LSTM(4), layers.Dense(1)])
part = keras.Model(model.inputs, model.layers[0].output)
print(part.predict(np.ones((2, 10, 3)), verbose=0).shape)
print(keras.ops.convert_to_numpy(model.layers[0].cell.bias).shape)
