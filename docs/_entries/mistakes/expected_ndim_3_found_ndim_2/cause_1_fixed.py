import keras
from keras import layers

model = keras.Sequential([keras.Input((15, 1)), layers.LSTM(300)])
print(model.output_shape)
