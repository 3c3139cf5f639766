import keras
import numpy as np
from keras import layers

x = np.array([[3, 1, 4, 0, 0], [5, 9, 2, 6, 0]])
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Embedding(10, 4, mask_zero=True),
        layers.LSTM(4, return_sequences=True),
        layers.Flatten(),
        layers.Dense(1),
    ]
)
words = (x != 0).sum(axis=1)
print("values that Dense reads:", model.layers[-1].kernel.shape[0], "of words:", 4 * words)
