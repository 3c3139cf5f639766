import keras
import numpy as np


def build(batch, stateful):
    lstm = keras.layers.LSTM(4, stateful=stateful)
    return keras.Sequential(
        [keras.Input(batch_shape=(batch, None, 1)), lstm, keras.layers.Dense(1)]
    )


trained, single = build(None, False), build(1, True)
single.set_weights(trained.get_weights())
x = np.random.default_rng(0).normal(size=(1, 5, 1))
stepwise = [single.predict(x[:, t : t + 1], verbose=0) for t in range(5)]
print(
    "step by step = the window:",
    np.allclose(stepwise[-1], trained.predict(x, verbose=0), atol=1e-6),
)
