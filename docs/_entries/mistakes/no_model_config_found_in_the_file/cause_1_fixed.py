import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.save_weights("model.weights.h5")
model.load_weights("model.weights.h5")
print(len(model.weights), "arrays of weights")
