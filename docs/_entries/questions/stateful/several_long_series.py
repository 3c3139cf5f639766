import numpy as np

series = np.arange(2 * 6).reshape(2, 6, 1)  # 2 series of 6 hours
parts = np.split(series, 3, axis=1)  # 3 parts of 2 hours
x = np.concatenate(parts)  # batch_size=2: rows 0 and 1 first, then 2 and 3
for k in range(3):
    print(f"batch {k}:", x[2 * k : 2 * k + 2, :, 0].tolist())
