from keras import layers

layer = layers.Bidirectional(layers.LSTM(4, stateful=True))
layer.build((2, 5, 3))
layer.reset_state()
print(len(layer.states))
