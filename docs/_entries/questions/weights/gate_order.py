import keras
import numpy as np

lstm = keras.layers.LSTM(3)
x = np.random.default_rng(0).normal(size=(1, 1, 2)).astype("float32")
h = lstm(x).numpy()
W, U, b = lstm.get_weights()
i, f, c, o = np.split(x[:, 0] @ W + b, 4, axis=1)  # h begins at 0, so U plays no part


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


print(
    "computed in the order i, f, c, o:",
    np.allclose(h, sigmoid(o) * np.tanh(sigmoid(i) * np.tanh(c)), atol=1e-6),
)
print("bias", dict(zip("ifco", b.reshape(4, 3).tolist(), strict=True)))
