import keras

texts = keras.Input((6, 12, 5))  # sentences, words, features of a word
sentences = keras.layers.TimeDistributed(keras.layers.LSTM(8))(texts)
text = keras.layers.LSTM(4)(sentences)
flat = keras.layers.Reshape((6, -1))(texts)
print("one vector per sentence", sentences.shape)
print("one vector per text    ", text.shape)
print("flattened              ", flat.shape, "->", keras.layers.LSTM(4)(flat).shape)
