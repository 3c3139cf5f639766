import keras
import numpy as np
from keras import layers

rows = [[[0.4], [0.0], [0.7]], [[0.1], [0.9]]]
x = keras.utils.pad_sequences(rows, padding="post", dtype="float32")
model = keras.Sequential([keras.Input((3, 1)), layers.Masking(), layers.LSTM(4)])
print(
    "steps kept:",
    np.asarray(model.layers[0].compute_mask(x)).sum(axis=1),
    "of",
    [len(row) for row in rows],
)
