import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(units=4)])
print(model.output_shape)
