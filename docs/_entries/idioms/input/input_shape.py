import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4, input_shape=(10, 3))])
print(model.output_shape)
