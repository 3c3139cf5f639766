import keras
import numpy as np
from keras import layers

rows = np.random.default_rng(0).normal(size=(1, 3, 2))
x = np.concatenate([rows, np.zeros((1, 3, 2))], axis=1)
i = keras.Input((None, 2))
h = layers.Conv1D(4, 3, padding="causal")(layers.Masking()(i))
model = keras.Model(i, layers.LSTM(2)(h))
print(
    "with padding:",
    model.predict(x, verbose=0).round(3),
    "without:",
    model.predict(rows, verbose=0).round(3),
)
