import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4, input_length=10)])
