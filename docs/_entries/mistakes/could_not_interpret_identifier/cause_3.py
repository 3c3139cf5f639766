from keras import layers

layer = layers.LSTM(4, activation="tan")
