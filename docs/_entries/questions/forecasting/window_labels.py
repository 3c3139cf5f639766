import keras
import numpy as np

series, timesteps = np.arange(10.0), 3
for name, targets in (("series", series), ("series[timesteps:]", series[timesteps:])):
    data = keras.utils.timeseries_dataset_from_array(series, targets, timesteps, batch_size=None)
    window, label = next(iter(data))
    print(f"{name:19s} window {window.numpy().tolist()} label {float(label)}")
print("TimeseriesGenerator:", hasattr(keras.utils, "TimeseriesGenerator"))
