import keras
import tensorflow as tf
from keras import layers

x = layers.LSTM(4, return_sequences=True)(keras.Input((5, 3)))
out = tf.reduce_mean(x, axis=1)
