import tensorflow as tf

tf.compat.v1.keras.layers.CuDNNLSTM(4)
