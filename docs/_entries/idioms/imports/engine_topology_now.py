from keras.layers import Layer
