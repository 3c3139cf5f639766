import keras
import numpy as np


def build(batch):
    return keras.Sequential(
        [
            keras.Input(batch_shape=(batch, 3, 5)),
            keras.layers.LSTM(4, stateful=True),
            keras.layers.Dense(1),
        ]
    )


x = np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")
training, twin = build(2), build(1)
training.compile("sgd", "mse")
training.fit(x, np.ones((2, 1)), epochs=2, verbose=0)
twin.set_weights(training.get_weights())
training.layers[0].reset_state()
print(np.allclose(twin(x[:1]), training(x)[:1], atol=1e-6))
print([tuple(w.shape) for w in twin.get_weights()])
