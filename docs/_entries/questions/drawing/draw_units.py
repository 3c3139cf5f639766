import keras
import numpy as np

import unrolled

model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3, name="lstm")])
call = unrolled.trace(model, np.zeros((1, 4, 2)))["lstm"]
print("h", call.h.shape, "c", call.c.shape, "= (batch, timesteps, units)")
