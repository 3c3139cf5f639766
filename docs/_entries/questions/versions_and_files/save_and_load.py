import keras
import numpy as np


def build():
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            keras.layers.Bidirectional(keras.layers.LSTM(3)),
            keras.layers.Dense(1),
        ]
    )


model, x = build(), np.random.default_rng(0).normal(size=(4, 5, 2))
before = model.predict(x, verbose=0)
model.save("model.keras")
print(
    "loaded whole: ",
    np.allclose(before, keras.models.load_model("model.keras").predict(x, verbose=0)),
)
model.save_weights("model.weights.h5")
again = build()
again.load_weights("model.weights.h5")
print("loaded weights:", np.allclose(before, again.predict(x, verbose=0)))
