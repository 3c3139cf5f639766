import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4, dropout_W=0.2)])
