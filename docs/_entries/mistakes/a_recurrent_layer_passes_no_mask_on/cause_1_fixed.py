import keras
import numpy as np
from keras import layers

x = np.array([[3, 1, 4, 0, 0], [5, 9, 2, 6, 5]])
ids = keras.Input((None,), dtype="int32")
mask = keras.ops.not_equal(ids, 0)
lower = layers.LSTM(4, return_sequences=True)
lower.supports_masking = False
h = lower(layers.Embedding(10, 4, mask_zero=True)(ids))
model = keras.Model(ids, layers.LSTM(4)(h, mask=mask))
print("with padding:", model.predict(x, verbose=0)[0].round(3))
print("without:", model.predict(x[:1, :3], verbose=0)[0].round(3))
