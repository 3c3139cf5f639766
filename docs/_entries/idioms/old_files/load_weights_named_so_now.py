import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4), layers.Dense(1)])
model.load_weights("lstm_keras_2.weights.h5")
