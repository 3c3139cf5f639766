import keras
import numpy as np

series = np.arange(10.0)
windows = keras.utils.timeseries_dataset_from_array(series, series[3:], 3)
for x, y in windows:
    print(x.shape, y.shape)
