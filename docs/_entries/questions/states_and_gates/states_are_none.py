import keras
import numpy as np

plain, kept = keras.layers.LSTM(3), keras.layers.LSTM(3, stateful=True)
x = np.ones((2, 5, 4), "float32")
plain(x), kept(x)
print("stateful=False:", plain.states)
print("stateful=True: ", [tuple(s.shape) for s in kept.states])
kept.states[0].assign(np.zeros((2, 3)))
print("h assigned:    ", keras.ops.convert_to_numpy(kept.states[0]).tolist())
