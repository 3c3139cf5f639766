import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
layer = keras.layers.Bidirectional(keras.layers.LSTM(3))
alone = layer(x).numpy()
for place, widths in (("front", (3, 0)), ("behind", (0, 3))):
    padded = np.pad(x, [(0, 0), widths, (0, 0)])
    mask = np.pad(np.ones((1, 4), bool), [(0, 0), widths])
    print(
        f"padding {place:6s} as without:",
        np.allclose(layer(padded, mask=mask), alone, atol=1e-6),
    )
