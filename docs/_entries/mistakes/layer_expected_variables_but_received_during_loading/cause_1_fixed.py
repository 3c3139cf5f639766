import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.save_weights("model.weights.h5")
again = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
again.load_weights("model.weights.h5")
print(len(again.weights), "arrays of weights")
