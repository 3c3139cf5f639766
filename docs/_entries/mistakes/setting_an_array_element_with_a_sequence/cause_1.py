import numpy as np

sequences = [[[1.0], [2.0]], [[1.0], [2.0], [3.0]]]
x = np.array(sequences)
