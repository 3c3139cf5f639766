import keras

try:
    keras.layers.LSTM(4, stateful=True, batch_input_shape=(1, 1, 7))
except ValueError as error:
    print(error)
model = keras.Sequential([keras.Input(batch_shape=(1, 1, 7)), keras.layers.LSTM(4, stateful=True)])
print("model reads", model.input_shape)
