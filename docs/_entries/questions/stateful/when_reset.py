import keras
import numpy as np

model = keras.Sequential(
    [
        keras.Input(batch_shape=(1, 3, 1)),
        keras.layers.LSTM(4, stateful=True),
        keras.layers.Dense(1),
    ]
)
x = np.ones((1, 3, 1), "float32")
first, second = model.predict(x, verbose=0), model.predict(x, verbose=0)
for layer in model.layers:
    if hasattr(layer, "reset_state"):
        layer.reset_state()
third = model.predict(x, verbose=0)
print(
    "second call as the first:",
    np.allclose(first, second),
    " after a reset:",
    np.allclose(first, third),
)
