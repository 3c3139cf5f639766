import keras
import tensorflow as tf
from keras import layers

x = tf.ragged.constant([[1, 2, 3], [4]])
x = x.to_tensor()
model = keras.Sequential(
    [keras.Input((None,)), layers.Embedding(10, 2, mask_zero=True), layers.SimpleRNN(4)]
)
print(x.shape, model.predict(x, verbose=0).shape)
