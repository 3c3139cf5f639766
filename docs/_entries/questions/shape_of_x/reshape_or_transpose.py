import numpy as np

sensor_first = np.array([[0, 1, 2], [10, 11, 12]])  # features, timesteps
print("reshape", sensor_first.reshape(3, 2).tolist())
print("swapped", np.swapaxes(sensor_first, 0, 1).tolist())
