import keras
from keras import layers

model = keras.Sequential([keras.Input((4, 3)), layers.LSTM(8), layers.RepeatVector(2)])
print(model.output_shape)
