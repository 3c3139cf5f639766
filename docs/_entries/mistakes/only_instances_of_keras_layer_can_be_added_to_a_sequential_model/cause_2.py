import keras
from keras import layers

model = keras.Sequential([keras.Input((4, 3)), layers.LSTM])
