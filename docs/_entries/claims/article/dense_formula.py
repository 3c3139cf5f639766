import keras
import numpy as np
from keras import layers

model = keras.Sequential([layers.Dense(20, input_dim=8, activation="relu")])
kernel, bias = model.get_weights()
x = np.random.default_rng(0).normal(size=(4, 8)).astype("float32")
by_hand = np.maximum(x @ kernel + bias, 0)
print("kernel", kernel.shape, "bias", bias.shape)
print("by hand:", np.allclose(model.predict(x, verbose=0), by_hand, atol=1e-6))
right = kernel.shape == (8, 20) and np.allclose(model.predict(x, verbose=0), by_hand, atol=1e-6)
verdict = "holds" if right else "does not hold"
