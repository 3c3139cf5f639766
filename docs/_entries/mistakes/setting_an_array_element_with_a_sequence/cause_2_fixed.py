import keras

x = keras.utils.pad_sequences([[[1, 2], [3, 0]], [[1, 2]]])
print(x.shape)
