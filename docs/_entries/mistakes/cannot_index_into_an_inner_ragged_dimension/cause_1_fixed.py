import keras
import tensorflow as tf
from keras import layers

x = tf.ragged.constant([[[1.0], [2.0]], [[3.0]]], ragged_rank=1)
x = x.to_tensor()
model = keras.Sequential([keras.Input((None, 1)), layers.Masking(), layers.SimpleRNN(4)])
print(x.shape, model.predict(x, verbose=0).shape)
