import keras
from keras import layers

model = keras.Sequential([keras.Input((15,)), layers.LSTM(300)])
