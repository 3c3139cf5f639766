import numpy as np
from keras import layers

shape = layers.LSTM(4, return_sequences=True)(np.ones((8, 5, 3), "float32")).shape
print("4 units, 5 timesteps:", shape)
verdict = "holds" if shape[1] == 4 else "does not hold"
