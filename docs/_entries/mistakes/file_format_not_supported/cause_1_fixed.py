import keras
from keras import layers

old = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4)])
old.save_weights("old.weights.h5")
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4)])
model.load_weights("old.weights.h5")
print(model.output_shape)
