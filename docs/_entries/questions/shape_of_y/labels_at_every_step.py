import keras
import numpy as np

ids = np.random.default_rng(0).integers(0, 30, (9, 16))
x, y = ids[:, :-1], ids[:, 1:]
model = keras.Sequential(
    [
        keras.layers.Embedding(30, 8),
        keras.layers.LSTM(8, return_sequences=True),
        keras.layers.Dense(30, activation="softmax"),
    ]
)
for loss, labels in (
    ("sparse_categorical_crossentropy", y),
    ("categorical_crossentropy", keras.utils.to_categorical(y, 30)),
):
    model.compile(loss=loss)
    print(f"{loss:32s} y {labels.shape!s:12s} loss {model.evaluate(x, labels, verbose=0):.4f}")
