import numpy as np
from keras import layers

x = np.ones((4, 3, 2), "float32")
every = layers.LSTM(5, return_sequences=True)(x).shape
last = layers.LSTM(5)(x).shape
print("return_sequences=True ", every)
print("return_sequences=False", last)
verdict = "holds" if np.prod(every[1:]) == 5 * 3 and np.prod(last[1:]) == 5 else "does not hold"
