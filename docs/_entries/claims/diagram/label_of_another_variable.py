import keras
import numpy as np
from keras import layers

t = np.arange(120)
first, other = np.sin(t / 5), np.cos(t / 5)
x = np.stack([first[k : k + 8] for k in range(110)])[..., None]
labels = {
    "next value of the input": first[8:118, None],
    "next sequence of the input": np.stack([first[k + 1 : k + 9] for k in range(110)])[..., None],
    "next value of another variable": other[8:118, None],
}
fell = []
for name, y in labels.items():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((8, 1)), layers.LSTM(8, return_sequences=y.ndim == 3), layers.Dense(1)]
    )
    model.compile(keras.optimizers.Adam(0.02), "mse")
    losses = model.fit(x, y, epochs=15, verbose=0).history["loss"]
    print(f"{name:31s} y {y.shape}: loss {losses[0]:.3f} -> {losses[-1]:.3f}")
    fell.append(losses[-1] < 0.2 * losses[0])
verdict = "holds" if all(fell) else "does not hold"
