import keras
import numpy as np
from keras import layers

x = np.ones((2, 5, 3), "float32")
shapes = []
for stateful in (False, True):
    for every_step in (False, True):
        model = keras.Sequential(
            [
                keras.Input(batch_shape=(2, 5, 3)),
                layers.LSTM(4, stateful=stateful, return_sequences=every_step),
            ]
        )
        shapes.append(model.predict(x, batch_size=2, verbose=0).shape)
        print(f"stateful={stateful!s:5} return_sequences={every_step!s:5}", shapes[-1])
verdict = "does not hold" if shapes[:2] == shapes[2:] else "holds"
