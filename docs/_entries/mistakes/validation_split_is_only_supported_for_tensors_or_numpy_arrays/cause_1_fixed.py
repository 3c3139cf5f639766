import keras
import numpy as np
import tensorflow as tf
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
data = tf.data.Dataset.from_tensor_slices((np.zeros((8, 5, 1)), np.zeros((8, 1)))).batch(4)
train, later = data.take(1), data.skip(1)
print(list(model.fit(train, validation_data=later, verbose=0).history))
