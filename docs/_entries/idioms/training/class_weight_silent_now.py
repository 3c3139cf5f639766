import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.Dense(1, "sigmoid", kernel_initializer="zeros")]
)
model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
y = np.tile([0, 0, 1, 1, 1], (8, 1))
weights = np.array([1.0, 2.0])[y]
plain = model.evaluate(np.ones((8, 5, 1)), y[..., None], verbose=0)
loss = model.fit(np.ones((8, 5, 1)), y[..., None], sample_weight=weights, verbose=0).history[
    "loss"
][0]
print(
    f"without weights {plain:.4f}, with sample_weight {loss:.4f}: {loss / plain:.2f} times as large"
)
as_meant = bool(np.isclose(loss, 1.6 * plain))
