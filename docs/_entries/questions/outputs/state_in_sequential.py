import keras

x = keras.Input((10, 3))
output, h, c = keras.layers.LSTM(8, return_state=True)(x)
model = keras.Model(x, [keras.layers.Dense(1)(output), h, c])
print([tuple(t.shape) for t in model.outputs])
try:
    keras.Sequential(
        [keras.Input((10, 3)), keras.layers.LSTM(8, return_state=True), keras.layers.Dense(1)]
    )
except ValueError as error:
    print(str(error).split(". Inputs")[0])
