import keras
import numpy as np
from keras import layers

series = np.arange(20.0)
timesteps = 5
x = np.array([series[i : i + timesteps] for i in range(len(series) - timesteps)]).reshape(
    -1, timesteps, 1
)
y = series[timesteps:]
model = keras.Sequential([keras.Input((None, 1)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
print(x.shape, model.fit(x, y, verbose=0).history)
