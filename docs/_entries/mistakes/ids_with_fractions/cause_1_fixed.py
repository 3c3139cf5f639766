import keras
import numpy as np
from keras import layers

x = np.array([[3, 1, 4, 1], [5, 9, 2, 6]])
model = keras.Sequential(
    [keras.Input((4,)), layers.Embedding(10, 4), layers.LSTM(4), layers.Dense(1)]
)
print(model.predict(x[:, :1], verbose=0).ravel())
