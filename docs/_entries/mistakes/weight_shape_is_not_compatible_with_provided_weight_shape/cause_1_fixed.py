import keras
from keras import layers

source = keras.Sequential([keras.Input((4, 3)), layers.LSTM(4)])
copy = keras.Sequential([keras.Input((4, 3)), layers.LSTM(4)])
copy.set_weights(source.get_weights())
print(copy.count_params())
