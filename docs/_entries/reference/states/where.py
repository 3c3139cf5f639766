import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), keras.layers.LSTM(4, stateful=True)])
model(np.ones((2, 3, 5)))
h, c = model.layers[0].states
print("h", h.shape, "c", c.shape)
print("in get_weights:", len(model.get_weights()), "arrays;", "in variables:", len(model.variables))
h.assign(np.full((2, 4), 0.5))
print(model.layers[0].states[0].numpy()[0])
for layer in model.layers:
    if getattr(layer, "stateful", False):
        layer.reset_state()
print(h.numpy()[0])
