import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
rows = [rng.normal(50, 9, size=(n, 1)) for n in (6, 4, 3)]
every = np.concatenate(rows)
rows = [(row - every.mean()) / every.std() for row in rows]
x = keras.utils.pad_sequences(rows, padding="post", dtype="float32")
model = keras.Sequential([keras.Input((6, 1)), layers.Masking(), layers.LSTM(4)])
print(
    "steps kept:",
    np.asarray(model.layers[0].compute_mask(x)).sum(axis=1),
    model.predict(x, verbose=0).shape,
)
