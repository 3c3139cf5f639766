import keras
import numpy as np

x, y = np.random.default_rng(0).normal(size=(64, 5, 2)), np.zeros((64, 1))
x[7, 3, 0] = np.nan
model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(clipnorm=1), "mse")
print("NaN in x:", np.argwhere(np.isnan(x)).tolist())
model.fit(x, y, epochs=1, verbose=0)
print(
    "weights that are NaN:",
    sum(int(np.isnan(w).sum()) for w in model.get_weights()),
    "of",
    model.count_params(),
)
