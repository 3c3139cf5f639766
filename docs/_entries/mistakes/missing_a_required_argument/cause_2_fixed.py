import keras
from keras import layers

x = keras.Input((5, 3))
out = layers.RNN(layers.LSTMCell(4))(x)
print(out.shape)
