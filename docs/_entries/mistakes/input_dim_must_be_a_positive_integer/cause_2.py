from keras import layers

words = {}
layer = layers.Embedding(len(words), 4)
