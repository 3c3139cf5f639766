import keras
from keras import layers

model = keras.Sequential([keras.Input((2, 3)), layers.Conv1D(8, 3, padding="same"), layers.LSTM(8)])
print(model.output_shape)
