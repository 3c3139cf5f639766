from keras.layers import merge
