from keras.layers.wrappers import TimeDistributed
