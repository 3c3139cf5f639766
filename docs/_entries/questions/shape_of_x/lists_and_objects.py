import keras
import numpy as np

sequences = [[[0.5, 1.0], [0.7, 2.0]], [[0.9, 3.0]]]
try:
    np.array(sequences)
except ValueError as error:
    print(str(error).split(". ")[0])
x = keras.utils.pad_sequences(sequences, padding="post", dtype="float32")
print(x.shape, x.dtype)
print(keras.Sequential([keras.layers.Masking(), keras.layers.LSTM(4)])(x).shape)
