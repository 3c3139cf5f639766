from keras.layers import TimeDistributedDense
