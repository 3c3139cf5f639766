import numpy as np

walk = np.cumsum(np.random.default_rng(0).normal(size=2000))
y, repeated = walk[1:], walk[:-1]
print("error of the mean           ", round(float(np.mean((y - y.mean()) ** 2)), 2))
print("error of repeating the last ", round(float(np.mean((y - repeated) ** 2)), 2))
print("correlation with the series ", round(float(np.corrcoef(y, repeated)[0, 1]), 3))
