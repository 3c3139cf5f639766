import keras
import numpy as np

layers = keras.layers
x = np.random.default_rng(0).normal(size=(2, 7, 3)).astype("float32")
below = layers.LSTM(4, return_sequences=True)(x)
attended, weights = layers.Attention()([below, below], return_attention_scores=True)
print(below.shape, "->", attended.shape, "->", layers.LSTM(5)(attended).shape)
print("weights", weights.shape, "sum to 1:", np.allclose(np.sum(weights, axis=-1), 1, atol=1e-6))
