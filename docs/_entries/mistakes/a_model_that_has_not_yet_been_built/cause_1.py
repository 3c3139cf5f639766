import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4), layers.Dense(1)])
model.save_weights("model.weights.h5")
