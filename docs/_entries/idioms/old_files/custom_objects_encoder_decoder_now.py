import keras
import numpy as np
from keras import layers

source, target = keras.Input((5, 3)), keras.Input((4, 3))
_, h, c = layers.LSTM(3, return_state=True)(source)
decoded = layers.LSTM(3, return_sequences=True)(target, initial_state=[h, c])
model = keras.Model([source, target], layers.Dense(2)(decoded))
model.load_weights("encoder_decoder.h5")
print(model.predict([np.ones((1, 5, 3)), np.ones((1, 4, 3))], verbose=0).shape)
