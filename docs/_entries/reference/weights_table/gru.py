import keras

import unrolled

model = keras.Sequential([keras.Input((6, 2)), keras.layers.GRU(4, name="gru")])
weights = unrolled.trace(model)["gru"].weights
print(weights)
