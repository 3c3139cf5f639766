import keras
from keras import layers

model = keras.Sequential([layers.LSTM(4, batch_input_shape=(1, 10, 7), stateful=True)])
