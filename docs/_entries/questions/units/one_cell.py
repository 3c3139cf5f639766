import keras
import numpy as np

lstm = keras.layers.LSTM(4)
lstm(np.zeros((1, 6, 3)))
print(type(lstm.cell).__name__, "units", lstm.cell.units, "state sizes", lstm.cell.state_size)
