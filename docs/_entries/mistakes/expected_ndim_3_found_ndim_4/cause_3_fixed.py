import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((28, 28, 1)), layers.Conv2D(8, 3), layers.Reshape((26, -1)), layers.LSTM(8)]
)
print(model.output_shape)
