import keras
import numpy as np
from keras import layers

month = np.arange(144)
series = (110 + 2.6 * month) * (
    1 + 0.2 * np.sin(2 * np.pi * month / 12)
)  # growth, and a year of seasons
series = ((series - series.min()) / np.ptp(series)).astype("float32")
x = np.stack([series[start : start + 3] for start in range(93)])[..., None]
y = series[3:96, None]

model = keras.Sequential(
    [
        keras.Input(batch_shape=(1, 3, 1)),
        layers.LSTM(4, stateful=True, unroll=True),
        layers.Dense(1),
    ]
)
model.compile("adam", "mse")
losses = []
for _ in range(100):
    losses += model.fit(x, y, batch_size=1, shuffle=False, verbose=0).history["loss"]
    model.layers[0].reset_states()
print(f"loss {losses[0]:.4f} in the first epoch, {losses[-1]:.4f} in the last")
print(f"next month like this one: {np.mean((y[:, 0] - x[:, -1, 0]) ** 2):.4f}")
verdict = "holds" if losses[-1] < 0.5 * losses[0] else "does not hold"
