import keras

layers = keras.layers
model = keras.Sequential(
    [
        keras.Input((10, 3)),
        layers.LSTM(8, return_sequences=True),
        layers.Bidirectional(layers.LSTM(6, return_sequences=True)),
        layers.LSTM(4),
    ]
)
for layer in model.layers:
    print(f"{layer.name:14s} reads {layer.input.shape} returns {layer.output.shape}")
try:
    keras.Sequential([keras.Input((10, 3)), layers.LSTM(8), layers.LSTM(4)])
except ValueError as error:
    print(str(error).split(": ", 1)[1])
