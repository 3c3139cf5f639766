import numpy as np
from keras import layers

built = [layers.LSTM(units)(np.ones((1, 5, 3), "float32")).shape for units in (1, 3, 50)]
print("3 features:", *built)
verdict = "does not hold" if built == [(1, 1), (1, 3), (1, 50)] else "holds"
