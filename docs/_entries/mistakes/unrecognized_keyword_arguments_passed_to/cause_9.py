import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4, consume_less="gpu")])
