import keras
import numpy as np
from keras import layers

x, y = np.zeros((10, 20, 4)), np.zeros((10, 1))
model = keras.Sequential(
    [keras.Input(batch_shape=(4, 20, 4)), layers.LSTM(8, stateful=True), layers.Dense(1)]
)
model.compile("adam", "mse")
model.fit(x[:8], y[:8], batch_size=4, verbose=0)
print(model.output_shape)
