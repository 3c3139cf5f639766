import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
layer = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))
both = layer(x).numpy()
forward = layer.forward_layer(x).numpy()
backward = layer.backward_layer(x).numpy()[
    :, ::-1
]  # it runs and returns from the last step to the first
print(
    both.shape,
    "= forward beside backward:",
    np.allclose(both, np.concatenate([forward, backward], axis=-1), atol=1e-6),
)
layer.forward_layer.return_sequences = layer.backward_layer.return_sequences = (
    layer.return_sequences
) = False
last = layer(x).numpy()
print(
    "without the sequence:",
    last.shape,
    "its backward half is that of step 0:",
    np.allclose(last[:, 4:], both[:, 0, 4:]),
)
model = keras.Sequential(
    [
        keras.Input((5, 3)),
        keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True)),
    ]
)
