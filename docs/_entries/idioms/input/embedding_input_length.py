import keras
import numpy as np
from keras import layers

model = keras.Sequential([layers.Embedding(9, 4, input_length=10), layers.LSTM(3)])
print(model.predict(np.zeros((2, 6), int), verbose=0).shape)
