from itertools import permutations

import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
layer = layers.LSTM(5)
expected = np.array(layer(x))
kernel, recurrent, bias = layer.get_weights()


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def by_hand(order):
    h = c = np.zeros((2, 5))
    for t in range(4):
        gates = dict(
            zip(order, np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1), strict=True)
        )
        c = sigmoid(gates["f"]) * c + sigmoid(gates["i"]) * np.tanh(gates["c"])
        h = sigmoid(gates["o"]) * np.tanh(c)
    return h


fitting = [
    "".join(order)
    for order in permutations("ifco")
    if np.allclose(by_hand(order), expected, atol=1e-5)
]
print("orders that give the output of Keras:", *fitting)
print("bias, in blocks of 5:", *[block.tolist() for block in np.split(bias, 4)])
ones = [name for name, block in zip("ifco", np.split(bias, 4), strict=True) if (block == 1).all()]
verdict = "holds" if fitting == ["ifco"] and ones == ["f"] else "does not hold"
