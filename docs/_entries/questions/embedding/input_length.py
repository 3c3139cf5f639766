import keras

keras.layers.Embedding(10, 4, input_length=5)
try:
    keras.layers.LSTM(4, input_length=5)
except ValueError as error:
    print(error)
model = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Embedding(10, 4),
        keras.layers.Flatten(),
        keras.layers.Dense(1),
    ]
)
print(model.output_shape, model.layers[1].output.shape)
