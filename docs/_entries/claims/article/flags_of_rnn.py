import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
plain = layers.SimpleRNN(5)
last = np.array(plain(x))


def flagged(data, **flags):
    """Run a layer with the same weights and other flags."""
    layer = layers.RNN(layers.SimpleRNNCell(5), **flags)
    layer.build(data.shape)
    layer.set_weights(plain.get_weights())
    return layer, layer(data)


every = np.array(flagged(x, return_sequences=True)[1])
output, state = (np.array(part) for part in flagged(x, return_state=True)[1])
backwards = np.array(flagged(x, go_backwards=True, return_sequences=True)[1])
turned = np.array(flagged(x[:, ::-1].copy(), return_sequences=True)[1])
layer, _ = flagged(x[:, :2], stateful=True)
continued = np.array(layer(x[:, 2:]))
facts = {
    "return_sequences: the last of all outputs is the output": np.allclose(
        every[:, -1], last, atol=1e-6
    ),
    "return_state: the last state as well": np.allclose(state, output, atol=1e-6),
    "go_backwards: as if the sequence were turned round": np.allclose(backwards, turned, atol=1e-6),
    "stateful: two halves are the whole": np.allclose(continued, last, atol=1e-6),
    "unroll: the same result": np.allclose(flagged(x, unroll=True)[1], last, atol=1e-6),
}
for name, value in facts.items():
    print(name, value)
verdict = "holds" if all(facts.values()) else "does not hold"
