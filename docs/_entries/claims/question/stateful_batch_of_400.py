import keras
import numpy as np
from keras import layers

arriving = (
    np.random.default_rng(0).normal(size=(3, 400, 1, 2)).astype("float32")
)  # three days, a step a day
model = keras.Sequential(
    [keras.Input(batch_shape=(400, 1, 2)), layers.LSTM(4, stateful=True), layers.Dense(1)]
)
model.compile("adam", "mse")
for day in arriving:
    output = model.predict(day, batch_size=400, verbose=0)
print("state", model.layers[0].states[0].shape, "output", output.shape)

whole = keras.Sequential([keras.Input((3, 2)), layers.LSTM(4), layers.Dense(1)])
whole.set_weights(model.get_weights())
same = np.allclose(
    output, whole.predict(np.moveaxis(arriving[:, :, 0], 0, 1), verbose=0), atol=1e-5
)
print("each stock as if its three days had come at once:", same)
verdict = "holds" if same else "does not hold"
