import keras
import numpy as np

import unrolled

model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3, name="lstm")])
x = np.random.default_rng(0).normal(size=(2, 4, 2))
call = unrolled.trace(model, x)["lstm"]
print({name: gate.shape for name, gate in call.gates.items()})
diagram = unrolled.draw_cell(call, 3)
