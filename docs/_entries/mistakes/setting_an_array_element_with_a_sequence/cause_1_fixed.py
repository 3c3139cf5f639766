import keras

sequences = [[[1.0], [2.0]], [[1.0], [2.0], [3.0]]]
x = keras.utils.pad_sequences(sequences, dtype="float32", padding="post")
print(x.shape)
