import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.Reshape((5, 6)), layers.LSTM(2)])
print(model.output_shape)
