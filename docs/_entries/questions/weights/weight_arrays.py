import keras
import numpy as np

lstm = keras.layers.LSTM(3)
lstm(np.zeros((1, 6, 2)))
print("4 gates of 3 units:", 4 * 3, "columns")
for weight in lstm.weights:
    print(f"{weight.name:17s}", weight.shape)
W_f = keras.ops.convert_to_numpy(lstm.cell.kernel)[:, 3:6]
print("W_f              ", W_f.shape, " layer.kernel:", hasattr(lstm, "kernel"))
