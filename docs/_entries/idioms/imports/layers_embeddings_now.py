from keras.layers import Embedding
