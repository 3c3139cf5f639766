import keras
from keras import layers

layer = layers.RNN([layers.GRUCell(4), layers.LSTMCell(4)], stateful=True)
layer.build((1, 10, 7))
for state in keras.tree.flatten(layer.states):
    state.assign(keras.ops.zeros_like(state))
print(len(keras.tree.flatten(layer.states)))
