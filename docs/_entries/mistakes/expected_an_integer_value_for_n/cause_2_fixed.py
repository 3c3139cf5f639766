from keras import layers

layer = layers.RepeatVector(5)
print(layer.n)
