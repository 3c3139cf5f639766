import keras
from keras import layers

model = keras.Sequential([keras.Input((28, 28)), layers.Conv2D(8, 3)])
