import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
source, target = keras.Input((5, 2)), keras.Input((4, 2))
_, h, c = layers.LSTM(3, return_state=True)(source)
decoder = layers.GRU(3)
model = keras.Model([source, target], decoder(target, initial_state=h))
x = [rng.normal(size=(2, 5, 2)).astype("float32"), rng.normal(size=(2, 4, 2)).astype("float32")]
with_h = keras.Model([source, target], decoder(target, initial_state=h))
print("difference to the state h alone:", np.abs(model(x) - with_h(x)).max())
