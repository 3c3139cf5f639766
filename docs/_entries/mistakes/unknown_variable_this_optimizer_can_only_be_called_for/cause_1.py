import keras
import numpy as np
from keras import layers

x, y = np.zeros((4, 5, 1)), np.zeros((4, 1))
optimizer = keras.optimizers.SGD(momentum=0.9)
for _ in range(2):
    model = keras.Sequential([keras.Input((5, 1)), layers.SimpleRNN(4), layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.train_on_batch(x, y)
