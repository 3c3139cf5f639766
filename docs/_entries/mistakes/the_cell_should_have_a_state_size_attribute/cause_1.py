from keras import layers

layer = layers.RNN(layers.Dense(4))
