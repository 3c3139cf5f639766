import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 1)), keras.layers.LSTM(4, stateful=True)])
x = np.ones((2, 3, 1), "float32")  # two equal rows
first, second = model.predict(x, verbose=0), model.predict(x, verbose=0)
print("two equal rows of one batch give the same:", np.array_equal(first[0], first[1]))
print("the same row in the next batch does not:  ", not np.allclose(first[0], second[0]))
