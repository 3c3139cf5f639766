import keras
import numpy as np

table = np.random.default_rng(0).normal(loc=[1000, 5], scale=[50, 1], size=(200, 2))
train = table[:150]
mean, deviation = train.mean(axis=0), train.std(axis=0)
lstm = keras.layers.LSTM(4)
for name, rows in (("as they are", table), ("scaled", (table - mean) / deviation)):
    x = np.stack([rows[start : start + 6] for start in range(150)]).astype("float32")
    print(f"{name:12s} h differs between windows by {np.asarray(lstm(x)).std(axis=0).max():.3f}")
forecast = np.array([[0.5]])
print("scaled back:", (forecast * deviation[:1] + mean[:1]).round(1).tolist())
