import keras
import numpy as np

model = keras.Sequential(
    [
        keras.Input((5, 2)),
        keras.layers.LSTM(3, return_sequences=True, name="lstm"),
        keras.layers.Dense(1),
    ]
)
inner = keras.Model(model.inputs, model.get_layer("lstm").output)
h = inner.predict(np.zeros((4, 5, 2)), verbose=0)
print("model", model.output_shape, " h of every step", h.shape)
