import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 3)), layers.LSTM(4, return_sequences=True), layers.Attention()]
)
