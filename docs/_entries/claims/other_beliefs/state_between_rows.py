import numpy as np
from keras import layers

layer = layers.LSTM(3, stateful=True)
batch = np.ones((2, 4, 1), "float32")  # two equal samples
first, second = np.array(layer(batch)), np.array(layer(batch))
print("sample 0 and sample 1 of a batch:", first[0].round(3), first[1].round(3))
print("sample 0 of the next batch:      ", second[0].round(3))
within, across = np.allclose(first[0], first[1]), np.allclose(first[0], second[0])
verdict = "does not hold" if within and not across else "holds"
