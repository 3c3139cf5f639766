import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.TimeDistributed(layers.Conv1D(2, 3))])
