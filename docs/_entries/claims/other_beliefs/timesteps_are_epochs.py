import keras
import numpy as np
from keras import layers

calls, updates = [], []


class CountingCell(layers.LSTMCell):
    def call(self, inputs, states, training=False):
        calls.append(inputs.shape)
        return super().call(inputs, states, training=training)


x = np.ones((4, 3, 2), "float32")
layer = layers.RNN(CountingCell(2), unroll=True)
layer.build(x.shape)
calls.clear()
layer(x)
model = keras.Sequential([keras.Input((3, 2)), layers.LSTM(2), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, np.zeros((4, 1)), batch_size=4, epochs=1, verbose=0)
print(
    "3 timesteps, 1 epoch:",
    len(calls),
    "calls of the cell,",
    int(model.optimizer.iterations),
    "update of the weights",
)
verdict = "holds" if int(model.optimizer.iterations) == 3 else "does not hold"
