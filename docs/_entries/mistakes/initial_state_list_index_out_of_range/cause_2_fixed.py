import keras
import numpy as np
from keras import layers

x, s = keras.Input((10, 8)), keras.Input((4,))
out = layers.Bidirectional(layers.LSTM(4))(x, initial_state=[s, s, s, s])
model = keras.Model([x, s], out)
model.predict([np.zeros((2, 10, 8)), np.zeros((2, 4))], verbose=0)
print(model.output_shape)
