import keras
import numpy as np

rng = np.random.default_rng(0)
y = rng.normal(size=(2, 4, 1)).astype("float32")
shifted = np.concatenate([np.zeros((2, 1, 1), "float32"), y[:, :-1]], axis=1)
decoder, dense = keras.layers.LSTM(3, return_sequences=True), keras.layers.Dense(1)
h = c = rng.normal(size=(2, 3)).astype("float32")  # as an encoder left them
at_once = dense(decoder(shifted, initial_state=[h, c])).numpy()


def decode(feed):
    state, last, outputs = [h, c], np.zeros((2, 1), "float32"), []
    for t in range(4):
        hidden, state = decoder.cell(last, state)
        outputs.append(dense(hidden).numpy())
        last = y[:, t] if feed == "labels" else outputs[-1]
    return np.stack(outputs, axis=1)


print("loop fed with the labels = at once:    ", np.allclose(decode("labels"), at_once, atol=1e-6))
print("loop fed with its own output = at once:", np.allclose(decode("own"), at_once, atol=1e-6))
