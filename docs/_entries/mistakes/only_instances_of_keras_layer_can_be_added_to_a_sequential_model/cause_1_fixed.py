import keras
from keras import layers

x = keras.Input((4, 3))
model = keras.Sequential([x])
model.add(layers.LSTM(2))
print(model.output_shape)
