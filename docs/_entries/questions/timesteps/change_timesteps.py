import numpy as np

table = np.arange(24).reshape(6, 4)  # 6 hours, 4 features
for timesteps in (2, 3):
    x = np.stack([table[start : start + timesteps] for start in range(len(table) - timesteps + 1)])
    print("windows of", timesteps, "hours:", x.shape)
print("one row reshaped, no past:", table[0].reshape(2, 2).tolist())
