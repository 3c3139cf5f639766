from keras.layers.core import Dense
