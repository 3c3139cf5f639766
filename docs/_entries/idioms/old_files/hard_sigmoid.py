import keras
import numpy as np
from keras import layers

expected = np.load("predictions.npz")["conv_lstm"]  # of Keras 2
x = np.random.default_rng(0).normal(size=(2, 5, 4, 4, 1)).astype("float32")
missed = {}
for gates in ("sigmoid", "hard_sigmoid"):
    model = keras.Sequential(
        [
            keras.Input((5, 4, 4, 1)),
            layers.ConvLSTM2D(2, 3, padding="same", recurrent_activation=gates),
        ]
    )
    model.load_weights("conv_lstm.h5")
    missed[gates] = np.abs(model.predict(x, verbose=0) - expected).max()
    print(f"{gates:12s} largest difference {missed[gates]:.3f}")
as_meant = bool(min(missed.values()) < 1e-5)
