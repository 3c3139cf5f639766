import keras
import numpy as np
from keras import layers

x = np.array(["a good film", "a bad film"])
words = layers.TextVectorization()
words.adapt(x)
x = np.asarray(words(x))
model = keras.Sequential([keras.Input((3,)), layers.Embedding(10, 4), layers.LSTM(4)])
print(x, model.predict(x, verbose=0).shape)
