import keras
from keras import layers

import unrolled

one_layer = keras.Sequential([keras.Input((3, 2)), layers.LSTM(4, return_sequences=True)])
two_layers = keras.Sequential(
    [
        keras.Input((3, 2)),
        layers.LSTM(4),
        layers.RepeatVector(5),
        layers.LSTM(4, return_sequences=True),
    ]
)
print("one layer:             3 steps in,", one_layer.output_shape[1], "out")
print("encoder and decoder:   3 steps in,", two_layers.output_shape[1], "out")
diagram = unrolled.draw(two_layers)
if one_layer.output_shape[1] == 3:
    verdict = "holds" if two_layers.output_shape[1] == 3 else "holds with a condition"
else:
    verdict = "does not hold"
