import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4, inner_activation="sigmoid")])
