import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((10, 3)), layers.LSTM(8, return_sequences=True), layers.LSTM(8)]
)
print(model.output_shape)
