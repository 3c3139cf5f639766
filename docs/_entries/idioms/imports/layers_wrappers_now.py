from keras.layers import TimeDistributed
