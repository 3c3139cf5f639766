import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
layer = keras.layers.LSTM(3, return_sequences=True, go_backwards=True)
out = layer(x).numpy()
layer.go_backwards = False
print("the same as reading x turned round:", np.allclose(out, layer(x[:, ::-1]), atol=1e-6))
_, (h, _) = layer.cell(x[:, -1], [np.zeros((1, 3), "float32")] * 2)
print("row 0 has seen only the last step:  ", np.allclose(out[:, 0], h, atol=1e-6))
