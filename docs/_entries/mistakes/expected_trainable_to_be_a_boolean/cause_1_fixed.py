import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4)])
print(model.output_shape)
