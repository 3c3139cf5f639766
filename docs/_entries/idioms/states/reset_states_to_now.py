import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(1, 10, 7)), layers.LSTM(4, stateful=True)])
h, c = np.ones((1, 4)), np.zeros((1, 4))
for state, values in zip(model.layers[0].states, (h, c), strict=True):
    state.assign(values)
print([np.array(state) for state in model.layers[0].states])
