import keras
import numpy as np

x = np.array([[[1.0, 2.0], [0.0, 5.0], [0.0, 0.0], [-10.0, -10.0]]])
for value in (0.0, -10.0):
    mask = keras.layers.Masking(mask_value=value).compute_mask(x)
    print(f"mask_value={value}: steps that are read", keras.ops.convert_to_numpy(mask)[0].tolist())
