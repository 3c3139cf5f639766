from keras import layers

print(layers.LSTM(4, recurrent_activation="sigmoid").recurrent_activation.__name__)
