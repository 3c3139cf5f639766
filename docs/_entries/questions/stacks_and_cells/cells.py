import keras
import numpy as np

layers = keras.layers
x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
lstm, loop = layers.LSTM(4), layers.RNN(layers.LSTMCell(4))
lstm(x), loop(x)
loop.set_weights(lstm.get_weights())
print("RNN(LSTMCell) = LSTM:", np.allclose(lstm(x), loop(x), atol=1e-6))
stack = layers.RNN([layers.LSTMCell(4), layers.LSTMCell(6)], return_state=True)
print(type(stack.cell).__name__, [tuple(s.shape) for s in keras.tree.flatten(stack(x))])
