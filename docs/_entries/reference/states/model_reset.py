import keras

model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), keras.layers.LSTM(4, stateful=True)])
model.reset_states()
