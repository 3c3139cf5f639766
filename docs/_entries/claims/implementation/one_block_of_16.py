import keras
import numpy as np
from keras import layers

import unrolled

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(16, name="lstm")])
lstm = unrolled.trace(model, np.ones((1, 5, 1), "float32"))["lstm"]
cell = model.get_layer("lstm").cell
forget = lstm.gates["f"][0, -1]
print("cell:", type(cell).__name__, "with", cell.units, "units")
print(
    "gate f after the last step:",
    forget.shape,
    "values,",
    len(np.unique(forget)),
    "of them different",
)
one_object = type(cell).__name__ == "LSTMCell" and cell.units == 16
shared_gates = len(np.unique(forget)) == 1
if one_object:
    verdict = "holds" if shared_gates else "holds with a condition"
else:
    verdict = "does not hold"
