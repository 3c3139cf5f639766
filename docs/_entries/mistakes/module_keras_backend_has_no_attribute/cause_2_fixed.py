import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
bias = keras.ops.convert_to_numpy(model.layers[0].cell.bias)
print(bias.shape)
