import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(8, 5, 1)), rng.normal(size=(8, 1))
shuffle = False
model = keras.Sequential(
    [keras.Input(batch_shape=(2, 5, 1)), layers.LSTM(4, stateful=True), layers.Dense(1)]
)
model.compile(keras.optimizers.SGD(0.0), "mse")  # a rate of 0: the weights stay
in_order = model.evaluate(x, y, batch_size=2, verbose=0)
model.layers[0].reset_states()
by_fit = model.fit(x, y, batch_size=2, shuffle=shuffle, verbose=0).history["loss"][0]
print("loss of the samples in their order:", round(in_order, 4), "in fit:", round(by_fit, 4))
