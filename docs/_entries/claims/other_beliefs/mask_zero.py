import keras
import numpy as np
from keras import layers

import unrolled

ids = np.array([[3, 1, 0, 0]])
embedding = layers.Embedding(5, 2, mask_zero=True)
vectors = np.array(embedding(ids))
print("vector of word 0:", vectors[0, 2].round(3))
print("mask:", np.array(embedding.compute_mask(ids))[0])
model = keras.Sequential(
    [keras.Input((4,), dtype="int32"), embedding, layers.LSTM(3, return_sequences=True)]
)
diagram = unrolled.draw(model, ids)
verdict = "does not hold" if vectors[0, 2].any() else "holds"
