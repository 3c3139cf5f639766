import keras
import numpy as np

ids = np.array([[3, 1, 2, 0, 0]])
embedding = keras.layers.Embedding(4, 2, mask_zero=True)
vectors = embedding(ids)
print("vector of id 0 is zero:", bool(np.all(vectors[0, 3] == 0)))
print("mask", keras.ops.convert_to_numpy(embedding.compute_mask(ids))[0].tolist())
