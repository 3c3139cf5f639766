from keras.layers import GRU

print(GRU(4).units)
