import keras
from keras import layers

model = keras.Sequential(
    [keras.Input(batch_shape=(64, None)), layers.Embedding(9, 4), layers.LSTM(3)]
)
print(model.output_shape)
