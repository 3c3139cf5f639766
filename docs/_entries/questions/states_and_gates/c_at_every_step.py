import keras
import numpy as np

import unrolled

model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3, name="lstm")])
x = np.random.default_rng(0).normal(size=(4, 5, 2)).astype("float32")
h = c = np.zeros((4, 3), "float32")
cells = []
for t in range(5):
    _, (h, c) = model.get_layer("lstm").cell(x[:, t], [h, c])
    cells.append(c)
by_hand, traced = np.stack(cells, axis=1), unrolled.trace(model, x)["lstm"].c
print(by_hand.shape, traced.shape, "equal:", np.allclose(by_hand, traced, atol=1e-6))
