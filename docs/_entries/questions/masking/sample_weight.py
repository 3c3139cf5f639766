import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(8, 5, 2)), rng.integers(0, 3, (8, 5))
model = keras.Sequential(
    [
        keras.Input((5, 2)),
        keras.layers.LSTM(4, return_sequences=True),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile(loss="sparse_categorical_crossentropy")
of_class = np.array([1.0, 2.0, 5.0])
weights = of_class[y]  # one for each step
print("output", model.output_shape, "y", y.shape, "sample_weight", weights.shape)
print(
    "loss",
    round(model.evaluate(x, y, verbose=0), 3),
    "weighted",
    round(model.evaluate(x, y, sample_weight=weights, verbose=0), 3),
)
