import keras

import unrolled

model = keras.Sequential([keras.Input((6, 2)), keras.layers.LSTM(4, name="lstm")])
weights = unrolled.trace(model)["lstm"].weights
print(weights.formula)
print(weights)
