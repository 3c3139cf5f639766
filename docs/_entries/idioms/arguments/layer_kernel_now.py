from keras import layers

layer = layers.LSTM(4)
layer.build((None, 10, 3))
print(layer.cell.kernel.shape, layer.cell.recurrent_kernel.shape, layer.cell.bias.shape)
