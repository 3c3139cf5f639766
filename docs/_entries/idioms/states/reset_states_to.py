import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(1, 10, 7)), layers.LSTM(4, stateful=True)])
model.layers[0].reset_states(states=[np.ones((1, 4)), np.ones((1, 4))])
