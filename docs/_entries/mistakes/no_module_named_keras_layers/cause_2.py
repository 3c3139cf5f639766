from keras.layers.wrappers import Bidirectional
