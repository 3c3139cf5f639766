import keras
import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(6, 5, 2)).astype("float32")
model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3)])
once = model.predict(x, verbose=0)
same = {
    "again": np.allclose(model.predict(x, verbose=0), once, atol=1e-6),
    "in another order": np.allclose(model.predict(x[::-1], verbose=0)[::-1], once, atol=1e-6),
    "in batches of 2": np.allclose(model.predict(x, batch_size=2, verbose=0), once, atol=1e-6),
}
print(same)
verdict = "does not hold" if all(same.values()) else "holds"
