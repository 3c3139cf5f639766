import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
source, target = keras.Input((5, 2)), keras.Input((4, 2))
_, h, c = layers.LSTM(3, return_state=True)(source)
model = keras.Model([source, target], layers.LSTM(3)(target, initial_state=[h, c]))
x = [rng.normal(size=(2, 5, 2)), rng.normal(size=(2, 4, 2))]
print(model.predict(x, verbose=0).round(3))
