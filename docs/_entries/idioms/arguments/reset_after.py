from keras import layers

layer = layers.GRU(4, reset_after=False)
layer.build((None, 5, 3))
print([w.shape for w in layer.get_weights()])
