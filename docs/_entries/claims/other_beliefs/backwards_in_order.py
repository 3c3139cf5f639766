import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
forward = layers.LSTM(3, return_sequences=True)
backward = layers.LSTM(3, return_sequences=True, go_backwards=True)
forward.build(x.shape), backward.build(x.shape)
backward.set_weights(forward.get_weights())
turned = np.array(forward(x[:, ::-1].copy()))  # the first output belongs to the last step
print("first output belongs to the last step:", np.allclose(backward(x), turned, atol=1e-6))
print(
    "outputs in the order of the input:    ", np.allclose(backward(x), turned[:, ::-1], atol=1e-6)
)
verdict = "does not hold" if np.allclose(backward(x), turned, atol=1e-6) else "holds"
