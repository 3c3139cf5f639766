from keras import layers

words = {"the": 1, "cat": 2}
layer = layers.Embedding(len(words) + 1, 4)
print(layer.input_dim)
