import keras
import numpy as np
from keras import layers

import unrolled

x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
sequence = keras.Sequential(
    [keras.Input((4, 2)), layers.Bidirectional(layers.LSTM(3, return_sequences=True))]
)
single = keras.Sequential([keras.Input((4, 2)), layers.Bidirectional(layers.LSTM(3))])
single.set_weights(sequence.get_weights())
every, last = sequence.predict(x, verbose=0)[0], single.predict(x, verbose=0)[0]
forward = np.allclose(last[:3], every[-1, :3], atol=1e-6)
backward = np.allclose(last[3:], every[-1, 3:], atol=1e-6)
print("forward half is that of the last step:", forward)
print("backward half is that of the last step:", backward)
print("backward half is that of step 0:", np.allclose(last[3:], every[0, 3:], atol=1e-6))
diagram = unrolled.draw(single, x)
verdict = "holds" if forward and backward else "does not hold"
