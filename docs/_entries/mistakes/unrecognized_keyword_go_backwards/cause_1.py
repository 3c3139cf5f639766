from keras import layers

layer = layers.Bidirectional(layers.Dense(4))
