import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((20, 4)), layers.LSTM(8), layers.Dense(10), layers.Reshape((5, 2))]
)
model.compile("adam", "mse")
model.fit(np.zeros((4, 20, 4)), np.zeros((4, 5, 2)), verbose=0)
print(model.output_shape)
