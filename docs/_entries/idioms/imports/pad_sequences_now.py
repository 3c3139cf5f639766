import keras

print(keras.utils.pad_sequences([[1, 2, 3], [4]]))
