from keras import layers

layer = layers.LSTM(4, dropout=0.2, recurrent_dropout=0.2)
print(layer.dropout, layer.recurrent_dropout)
