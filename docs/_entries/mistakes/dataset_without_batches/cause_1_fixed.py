import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(0)
data = rng.normal(size=(8, 5, 1)), rng.normal(size=(8, 1))
x = tf.data.Dataset.from_tensor_slices(data).batch(4)
model = keras.Sequential([keras.Input((5, 1)), layers.SimpleRNN(4), layers.Dense(1)])
print(len(x), "batches,", len(model.predict(x, verbose=0)), "predictions")
