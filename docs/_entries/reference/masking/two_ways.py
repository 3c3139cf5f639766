import keras
import numpy as np

ids = np.array([[7, 2, 0, 0]])
embedded = keras.layers.Embedding(8, 3, mask_zero=True)(ids)
print("mask_zero=True:        ", embedded._keras_mask.numpy())
plain = keras.layers.Embedding(8, 3)(ids)
print("Masking after it:      ", keras.layers.Masking(0.0).compute_mask(plain).numpy())

readings = np.array([[[0.0, 0.0], [0.0, 1.5], [2.0, 1.0], [0.0, 0.0]]], "float32")
print("Masking of readings:   ", keras.layers.Masking(0.0).compute_mask(readings).numpy())
