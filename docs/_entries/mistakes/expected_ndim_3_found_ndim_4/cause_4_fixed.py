import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((5, 8, 8, 1)),
        layers.ConvLSTM2D(2, 3, return_sequences=True),
        layers.TimeDistributed(layers.Flatten()),
        layers.LSTM(8),
    ]
)
print(model.output_shape)
