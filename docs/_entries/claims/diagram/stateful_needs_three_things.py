import keras
import numpy as np
from keras import layers

x = np.arange(24, dtype="float32").reshape(4, 6, 1) / 24
y = np.zeros((4, 1))
try:
    keras.Sequential([keras.Input((6, 1)), layers.LSTM(3, stateful=True)])
    needs_batch_size = False
except ValueError as error:
    needs_batch_size = True
    print(str(error).split(". ")[0])


def state_after_an_epoch(shuffle):
    """Train with a learning rate of zero: only the order of the samples can make a difference."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input(batch_shape=(1, 6, 1)), layers.LSTM(3, stateful=True), layers.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(0.0), "mse")
    model.fit(x, y, batch_size=1, shuffle=shuffle, verbose=0)
    return model.layers[0]


ordered, mixed = state_after_an_epoch(False), state_after_an_epoch(True)
h_ordered, h_mixed = (np.array(layer.states[0]) for layer in (ordered, mixed))
print("h after an epoch, in order", h_ordered.round(3), "shuffled", h_mixed.round(3))
ordered.reset_states()
print("h after reset_states()    ", np.array(ordered.states[0]))
order_matters = not np.allclose(h_ordered, h_mixed)
needs_reset = bool(h_ordered.any()) and not np.array(ordered.states[0]).any()
verdict = "holds" if needs_batch_size and order_matters and needs_reset else "does not hold"
