import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((None, 3)),
        layers.LSTM(8, return_sequences=True),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1),
    ]
)
print(model.output_shape)
