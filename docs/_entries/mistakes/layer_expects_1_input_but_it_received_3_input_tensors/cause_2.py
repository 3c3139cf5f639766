import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 3)), layers.Bidirectional(layers.LSTM(4), merge_mode=None), layers.Dense(1)]
)
