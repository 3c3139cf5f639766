import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4), layers.Dense(1)])
model.load_weights("lstm.h5")  # of a whole model, the weights in it
print(model.predict(np.ones((1, 5, 3)), verbose=0))
