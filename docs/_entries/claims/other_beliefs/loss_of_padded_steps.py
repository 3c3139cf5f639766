import keras
import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(4, 6, 2)).astype("float32")
x[:2, 3:] = 0
y = np.random.default_rng(1).normal(size=(4, 6, 1)).astype("float32")
model = keras.Sequential(
    [keras.Input((6, 2)), layers.Masking(), layers.LSTM(3, return_sequences=True), layers.Dense(1)]
)
model.compile("adam", "mse")
loss = model.evaluate(x, y, verbose=0)
squares = (model.predict(x, verbose=0) - y)[..., 0] ** 2
kept = x.any(axis=-1)
print(
    f"loss {loss:.4f}; mean over all steps {squares.mean():.4f},",
    f"over those not masked {squares[kept].mean():.4f}",
)
counts_kept = np.isclose(loss, squares[kept].mean(), atol=1e-5)
verdict = (
    "does not hold" if counts_kept and not np.isclose(loss, squares.mean(), atol=1e-5) else "holds"
)
