import numpy as np

series, timesteps, horizon = np.arange(100.0), 5, 1
starts = range(len(series) - timesteps - horizon + 1)
x = np.stack([series[s : s + timesteps, None] for s in starts])
y = np.stack([series[s + timesteps + horizon - 1] for s in starts])
print("rows", len(series), "-> x", x.shape, "y", y.shape)
print("window 0", x[0, :, 0], "label", y[0])
