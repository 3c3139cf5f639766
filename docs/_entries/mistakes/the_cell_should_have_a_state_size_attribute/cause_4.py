from keras import layers

cells = layers.StackedRNNCells([layers.LSTMCell(4), layers.Dropout(0.2)])
