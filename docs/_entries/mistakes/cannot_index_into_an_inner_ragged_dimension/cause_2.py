import keras
import tensorflow as tf
from keras import layers

x = tf.ragged.constant([[1, 2, 3], [4]])
model = keras.Sequential(
    [keras.Input((None,)), layers.Embedding(10, 2, mask_zero=True), layers.SimpleRNN(4)]
)
model.predict(x, verbose=0)
