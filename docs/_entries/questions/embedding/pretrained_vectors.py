import keras
import numpy as np

table = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
table[0] = 0  # the padding
embedding = keras.layers.Embedding(6, 3, mask_zero=True, trainable=False)
embedding.build()
embedding.set_weights([table])
print(
    "row 4:",
    np.array_equal(embedding(np.array([4]))[0], table[4]),
    " trained:",
    len(embedding.trainable_weights),
)
print("NaN in the table:", bool(np.isnan(table).any()))
