import keras
import numpy as np

vector = np.array([[1.0, 2.0, 3.0]])
repeated = keras.layers.RepeatVector(4)(vector)
print(
    vector.shape,
    "->",
    repeated.shape,
    "all steps equal:",
    bool(np.all(repeated == vector[:, None])),
)
frames = np.zeros((2, 4, 8, 8, 1))
print(frames.shape, "->", keras.layers.TimeDistributed(keras.layers.Flatten())(frames).shape)
