from keras.layers import Bidirectional
