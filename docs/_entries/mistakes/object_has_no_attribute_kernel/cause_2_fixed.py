from keras import layers

layer = layers.GRU(4)
layer.build((None, 5, 3))
weights = layer.cell.recurrent_kernel
print(weights.shape)
