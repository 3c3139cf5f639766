import keras
from keras import layers

model = keras.Sequential([keras.Input((4, 10, 3)), layers.TimeDistributed(layers.LSTM(8))])
print(model.output_shape)
