import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.Dense(8), layers.LSTM(4)])
print(model.output_shape)
