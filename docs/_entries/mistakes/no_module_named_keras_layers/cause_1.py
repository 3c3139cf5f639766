from keras.layers.recurrent import LSTM
