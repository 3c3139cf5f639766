import keras
from keras import layers

model = keras.Sequential([keras.Input((None, 3)), layers.LSTM(8)])
print(model.output_shape)
