import keras
import numpy as np

x = np.zeros((100, 6, 30))
model = keras.Sequential([keras.Input(x.shape[1:]), keras.layers.LSTM(4)])
print("Input", x.shape[1:], "-> model reads", model.input_shape)
try:
    keras.Sequential([keras.Input(x.shape), keras.layers.LSTM(4)])
except ValueError as error:
    print(str(error).split(": ", 1)[1])
