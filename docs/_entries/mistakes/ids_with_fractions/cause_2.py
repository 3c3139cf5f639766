import keras
import numpy as np
from keras import layers

x = np.array([[0.2, 0.9, 0.4], [0.7, 0.1, 0.8]])
model = keras.Sequential(
    [keras.Input((3,)), layers.Embedding(10, 4), layers.LSTM(4), layers.Dense(1)]
)
print(model.predict(x, verbose=0).ravel())
