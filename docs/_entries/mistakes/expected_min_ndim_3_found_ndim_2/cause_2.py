import keras
from keras import layers

model = keras.Sequential([keras.Input((28,)), layers.Conv1D(8, 3)])
