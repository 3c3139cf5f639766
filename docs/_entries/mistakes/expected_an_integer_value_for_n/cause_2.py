from keras import layers

layer = layers.RepeatVector((5,))
