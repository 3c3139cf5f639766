import numpy as np
import tensorflow as tf
from keras import layers

x = tf.constant(np.random.default_rng(0).normal(size=(1, 6, 2)), tf.float32)
pieces, whole = layers.LSTM(3, stateful=True), layers.LSTM(3)
pieces(x[:, :3])
whole.build(x.shape)
whole.set_weights(pieces.get_weights())
with tf.GradientTape() as cut:
    last = pieces(x[:, 3:])
    loss = tf.reduce_sum(last)
with tf.GradientTape() as full:
    expected = whole(x)
    loss_whole = tf.reduce_sum(expected)
kernels = cut.gradient(loss, pieces.cell.kernel), full.gradient(loss_whole, whole.cell.kernel)
print("the same output:  ", np.allclose(last, expected, atol=1e-6))
print("the same gradient:", np.allclose(*kernels, atol=1e-6))
verdict = "does not hold" if np.allclose(last, expected, atol=1e-6) else "holds"
