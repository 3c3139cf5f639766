import keras
import numpy as np

x = keras.utils.pad_sequences(
    [[[1.0], [2.0]], [[3.0]], []], maxlen=3, padding="post", dtype="float32"
)
mask = np.any(x != 0, axis=-1)
ended = np.all(np.diff(mask.astype(int), axis=1) <= 0, axis=1)  # once padding, always padding
print("mask", mask.astype(int).tolist())
print("fit for cuDNN:", (ended & mask.any(axis=1)).tolist())
h = keras.layers.LSTM(2)(x, mask=mask)
print("h of the empty sample:", np.asarray(h)[2].tolist())
