import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), keras.layers.LSTM(4, stateful=True)])
model.predict(np.zeros((1, 3, 5)), verbose=0)
