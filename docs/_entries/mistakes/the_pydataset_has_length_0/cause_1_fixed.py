import keras
import numpy as np
from keras import layers


class Batches(keras.utils.PyDataset):
    x, y = np.zeros((3, 5, 1)), np.zeros((3, 1))

    def __len__(self):
        return -(-len(self.x) // 4)

    def __getitem__(self, number):
        rows = slice(number * 4, number * 4 + 4)
        return self.x[rows], self.y[rows]


model = keras.Sequential([keras.Input((5, 1)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
print(len(Batches()), model.evaluate(Batches(), verbose=0))
