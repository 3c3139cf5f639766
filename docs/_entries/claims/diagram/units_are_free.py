import numpy as np
from keras import layers

widths = [1, 2, 5, 64]
x = np.ones((4, 3, 2), "float32")
made = [layers.LSTM(units)(x).shape for units in widths]
print(*made)
verdict = "holds" if made == [(4, units) for units in widths] else "does not hold"
