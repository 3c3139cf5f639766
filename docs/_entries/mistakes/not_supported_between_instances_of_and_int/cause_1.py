import keras
from keras import layers

model = keras.Sequential([layers.LSTM((10, 3))])
