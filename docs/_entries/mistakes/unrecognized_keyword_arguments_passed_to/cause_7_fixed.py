import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 7)), layers.LSTM(4, recurrent_activation="sigmoid")])
print(model.output_shape)
