import keras
import numpy as np

whole = keras.Sequential([keras.Input((6, 1)), keras.layers.LSTM(4)])
parts = keras.Sequential([keras.Input(batch_shape=(2, 3, 1)), keras.layers.LSTM(4, stateful=True)])
parts.set_weights(whole.get_weights())
x = np.random.default_rng(0).normal(size=(2, 6, 1))
parts.predict(x[:, :3], verbose=0)
print(
    "outputs equal:",
    np.allclose(whole.predict(x, verbose=0), parts.predict(x[:, 3:], verbose=0), atol=1e-6),
)
