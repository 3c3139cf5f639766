from keras.layers import Merge
