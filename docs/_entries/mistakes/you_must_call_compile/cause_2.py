import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
model.save("model.keras")
loaded = keras.models.load_model("model.keras", compile=False)
loaded.evaluate(np.zeros((2, 5, 1)), np.zeros(2), verbose=0)
