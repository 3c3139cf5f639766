from keras import layers

cells = layers.StackedRNNCells([layers.LSTMCell(4), layers.LSTMCell(4, dropout=0.2)])
print(cells.state_size)
