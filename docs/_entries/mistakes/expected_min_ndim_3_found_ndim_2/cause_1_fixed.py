import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((28, 3)), layers.LSTM(4, return_sequences=True), layers.Conv1D(8, 3)]
)
print(model.output_shape)
