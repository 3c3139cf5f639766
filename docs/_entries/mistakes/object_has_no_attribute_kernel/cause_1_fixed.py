from keras import layers

layer = layers.LSTM(4)
layer.build((None, 5, 3))
kernel = layer.cell.kernel
print(kernel.shape)
