import keras
import numpy as np
from keras import layers

x, d = keras.Input((10, 8)), keras.Input((5, 8))
_, h, c = layers.LSTM(5, return_state=True)(x)
out = layers.LSTM(5)(d, initial_state=[h, c])
model = keras.Model([x, d], out)
model.predict([np.zeros((2, 10, 8)), np.zeros((2, 5, 8))], verbose=0)
print(model.output_shape)
