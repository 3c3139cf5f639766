import keras
from keras import layers

model = keras.Sequential([keras.Input((10,)), layers.Embedding(9, 4), layers.LSTM(3)])
print(model.output_shape)
