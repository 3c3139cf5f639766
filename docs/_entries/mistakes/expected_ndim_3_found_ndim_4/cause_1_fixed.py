import keras
from keras import layers

model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8)])
print(model.output_shape)
