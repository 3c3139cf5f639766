from keras.layers import Embedding

print(Embedding(10, 4).input_dim)
