from keras.layers import CuDNNGRU
