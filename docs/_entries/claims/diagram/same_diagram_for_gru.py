import keras
import numpy as np
from keras import layers

import unrolled

x = np.ones((4, 3, 2), "float32")
lstm = layers.LSTM(5, return_state=True)(x)
gru = layers.GRU(5, return_state=True)(x)
print("LSTM: output", lstm[0].shape, "states", len(lstm) - 1)
print("GRU:  output", gru[0].shape, "states", len(gru) - 1)
diagram = unrolled.draw(keras.Sequential([keras.Input((4, 2)), layers.GRU(3), layers.Dense(1)]))
same_shape, same_states = lstm[0].shape == gru[0].shape, len(lstm) == len(gru)
if same_shape and same_states:
    verdict = "holds"
else:
    verdict = "holds with a condition" if same_shape else "does not hold"
