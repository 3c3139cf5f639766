import keras
import numpy as np
from keras import layers

import unrolled

x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
wrapped = keras.Sequential(
    [
        keras.Input((4, 3)),
        layers.LSTM(5, return_sequences=True),
        layers.TimeDistributed(layers.Dense(7)),
    ]
)
plain = keras.Sequential(
    [keras.Input((4, 3)), layers.LSTM(5, return_sequences=True), layers.Dense(7)]
)
plain.set_weights(wrapped.get_weights())
same = np.allclose(plain.predict(x, verbose=0), wrapped.predict(x, verbose=0), atol=1e-6)
print("output", plain.output_shape, "without TimeDistributed; the same numbers:", same)
diagram = unrolled.draw(plain, x)
verdict = "does not hold" if same else "holds"
