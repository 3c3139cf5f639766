import numpy as np

rows = np.zeros((100, 3))
x = rows.reshape(-1, 10, 3)
print(x.shape)
