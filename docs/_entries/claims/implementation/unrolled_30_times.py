import keras
from keras import layers

calls = []


class CountingCell(layers.LSTMCell):
    def call(self, inputs, states, training=False):
        calls.append(inputs.shape)
        return super().call(inputs, states, training=training)


layer = layers.RNN(CountingCell(10), return_sequences=True, unroll=True)
layer.build((None, 20, 30))
calls.clear()
layer(keras.ops.ones((1, 20, 30)))
print("the cell was called", len(calls), "times, each time with", calls[0][1], "features")
verdict = "holds" if len(calls) == 30 else "does not hold"
