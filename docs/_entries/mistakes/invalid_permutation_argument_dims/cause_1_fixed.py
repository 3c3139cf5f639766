import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.Permute((2, 1)), layers.LSTM(4)])
print(model.layers[0].output.shape)
