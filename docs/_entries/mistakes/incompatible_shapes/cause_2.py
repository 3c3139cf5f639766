import keras
import numpy as np
from keras import layers

x = np.zeros((10, 20, 4))
model = keras.Sequential(
    [keras.Input(batch_shape=(4, 20, 4)), layers.LSTM(8, stateful=True), layers.Dense(1)]
)
model.predict(x, batch_size=4, verbose=0)
