import keras
import tensorflow as tf
from keras import layers

x = keras.Input((5, 3))
tf.concat([layers.LSTM(4)(x), layers.GRU(4)(x)], axis=-1)
