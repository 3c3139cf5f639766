import keras
import numpy as np

N, k = 144, 3
series = np.arange(N, dtype="float32")
x = np.stack([series[start : start + k] for start in range(N - k)]).reshape(N - k, k, 1)
y = series[k:]
[(x_keras, y_keras)] = list(
    keras.utils.timeseries_dataset_from_array(series, series[k:], k, batch_size=N)
)
print(
    "x",
    x.shape,
    "y",
    y.shape,
    "keras.utils.timeseries_dataset_from_array",
    x_keras.shape,
    y_keras.shape,
)
print("last window", x[-1, :, 0], "label", y[-1])
same = len(x_keras) == N - k and np.array_equal(x[..., 0], x_keras) and np.array_equal(y, y_keras)
verdict = "holds" if same else "does not hold"
