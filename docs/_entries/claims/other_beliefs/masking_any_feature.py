import numpy as np
from keras import layers

x = np.array([[[1.0, 2.0], [0.0, 2.0], [0.0, 0.0]]], "float32")
mask = np.array(layers.Masking(0.0).compute_mask(x))[0]
for step, kept in zip(x[0], mask, strict=True):
    print(step, "read" if kept else "skipped")
verdict = "does not hold" if mask.tolist() == [True, True, False] else "holds"
