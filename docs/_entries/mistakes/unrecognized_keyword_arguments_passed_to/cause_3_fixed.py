import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 7)), layers.LSTM(4, return_sequences=True)])
print(model.output_shape)
