import keras
import numpy as np
from keras import layers

import unrolled

model = keras.Sequential([keras.Input((20, 2)), layers.LSTM(3, name="lstm")])
kernel, recurrent, bias = (np.split(array, 4, axis=-1)[0] for array in model.get_weights())
lstm = unrolled.trace(model, np.ones((1, 20, 2), "float32"))["lstm"]
print("weights of gate i:", kernel.shape, recurrent.shape, bias.shape)
print("gate i at one step:", lstm.gates["i"][0, 0].shape)
diagram = unrolled.draw_cell(lstm, t=2)
if kernel.shape == (2, 3):
    verdict = "holds with a condition" if recurrent.size and bias.size else "holds"
else:
    verdict = "does not hold"
