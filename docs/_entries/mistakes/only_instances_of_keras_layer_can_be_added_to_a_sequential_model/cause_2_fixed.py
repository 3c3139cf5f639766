import keras
from keras import layers

model = keras.Sequential([keras.Input((4, 3)), layers.LSTM(2)])
print(model.output_shape)
