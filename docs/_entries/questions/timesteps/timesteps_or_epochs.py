import keras
import numpy as np

x, y = np.zeros((96, 3, 1)), np.zeros((96, 1))
model = keras.Sequential([keras.Input((3, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=2, batch_size=32, verbose=0)
print(
    "updates of the weights:",
    int(model.optimizer.iterations),
    "= 2 epochs of 3 batches, whatever the timesteps",
)
