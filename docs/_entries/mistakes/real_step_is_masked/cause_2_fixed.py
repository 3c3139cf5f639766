import keras
import numpy as np
from keras import layers

words = ["the", "cat", "sat", "on"]
rows = [[words.index(w) + 1 for w in text.split()] for text in ("cat on the cat", "the cat sat")]
x = keras.utils.pad_sequences(rows, padding="post")
model = keras.Sequential(
    [keras.Input((4,)), layers.Embedding(5, 3, mask_zero=True), layers.LSTM(4)]
)
print(
    "steps kept:",
    np.asarray(model.layers[0].compute_mask(x)).sum(axis=1),
    "of",
    [len(row) for row in rows],
)
