import keras
import numpy as np
from keras import layers

import unrolled

found = []
for features in (1, 2, 7):
    model = keras.Sequential([keras.Input((3, features)), layers.LSTM(4)])
    trace = unrolled.trace(model, np.ones((1, 3, features), "float32"))
    count = sum(call.layer_class == "LSTM" for call in trace.calls)
    print(features, "features:", count, "recurrent layer, kernel", model.get_weights()[0].shape)
    found.append(count == features)
diagram = unrolled.draw(keras.Sequential([keras.Input((3, 2)), layers.LSTM(4)]))
verdict = "holds" if all(found) else "does not hold"
