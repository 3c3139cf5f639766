import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
x, y = np.zeros((8, 5, 1)), np.zeros((8, 1))


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return x[4 * index : 4 * index + 4], y[4 * index : 4 * index + 4]


model.fit(Batches(workers=2), verbose=0)
