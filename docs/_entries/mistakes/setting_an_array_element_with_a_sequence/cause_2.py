import keras

x = keras.utils.pad_sequences([[[1, 2], [3]], [[1, 2]]])
