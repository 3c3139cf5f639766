import keras
from keras import layers

keras.Sequential([layers.LSTM(4, batch_size=1, input_shape=(10, 7))])
