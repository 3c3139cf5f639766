import numpy as np

rows = np.zeros((100, 3))
x = rows.reshape(100, 10, 3)
