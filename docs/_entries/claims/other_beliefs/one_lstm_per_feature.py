import keras
import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(256, 4, 2)).astype("float32")
y = (x[:, -1, :1] * x[:, -1, 1:] > 0).astype(
    "float32"
)  # whether both have the same sign: neither tells it alone
one = keras.Input((4, 2))
together = keras.Model(one, layers.Dense(1, "sigmoid")(layers.LSTM(16)(one)))
two = [keras.Input((4, 1)), keras.Input((4, 1))]
each = layers.Concatenate()([layers.LSTM(16)(part) for part in two])
apart = keras.Model(two, layers.Dense(1, "sigmoid")(each))
scores = {}
for name, model, data in (
    ("one LSTM", together, x),
    ("an LSTM each", apart, [x[..., :1], x[..., 1:]]),
):
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    scores[name] = model.fit(data, y, epochs=30, verbose=0).history["accuracy"][-1]
    print(f"{name:13s} accuracy {scores[name]:.2f}")
verdict = "does not hold" if scores["one LSTM"] > 0.9 > scores["an LSTM each"] else "holds"
