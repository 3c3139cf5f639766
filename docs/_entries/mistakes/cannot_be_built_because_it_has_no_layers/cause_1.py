import keras
from keras import layers

model = keras.Sequential()
lstm = layers.LSTM(4)
model.build((None, 5, 1))
