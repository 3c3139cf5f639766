import keras
import numpy as np
from keras import layers

x = np.ones((1, 4, 1), "float32")
model = keras.Sequential([keras.Input(batch_shape=(1, 4, 1)), layers.LSTM(2, stateful=True)])
first, second = (model.predict(x, batch_size=1, verbose=0) for _ in range(2))
model.layers[0].reset_states()
again = model.predict(x, batch_size=1, verbose=0)
print(
    "first",
    first[0].round(3),
    "second",
    second[0].round(3),
    "after reset_states()",
    again[0].round(3),
)
verdict = (
    "does not hold" if np.allclose(first, again) and not np.allclose(first, second) else "holds"
)
