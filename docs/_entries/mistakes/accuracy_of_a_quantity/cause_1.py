import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(8, 5, 2))
model = keras.Sequential([keras.Input((5, 2)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("adam", "mse", metrics=["accuracy"])
y = model(x).numpy() + 0.001  # labels that the model meets almost exactly
print(model.evaluate(x, y, verbose=0, return_dict=True))
