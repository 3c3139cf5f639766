import keras
import numpy as np

rng = np.random.default_rng(0)
samples = [rng.normal(size=(n, 2)) for n in (5, 3, 8)]
x = keras.utils.pad_sequences(samples, padding="post", dtype="float32")
model = keras.Sequential([keras.Input((None, 2)), keras.layers.Masking(), keras.layers.LSTM(4)])
bare = keras.Sequential([keras.Input((None, 2)), keras.layers.LSTM(4)])
bare.set_weights(model.get_weights())
alone = np.concatenate([bare.predict(s[None], verbose=0) for s in samples])
print("padded", x.shape)
print("with a mask, as one by one:   ", np.allclose(model.predict(x, verbose=0), alone, atol=1e-6))
print("without a mask, as one by one:", np.allclose(bare.predict(x, verbose=0), alone, atol=1e-6))
