import keras
import numpy as np
from keras import layers

series = np.zeros((40, 4))
model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8), layers.Dense(1)])
model.compile("adam", "mse")
data = keras.utils.timeseries_dataset_from_array(series, None, 20)
model.fit(data, verbose=0)
