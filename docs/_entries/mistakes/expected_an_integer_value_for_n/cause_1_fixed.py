from keras import layers

timesteps = 10
layer = layers.RepeatVector(timesteps // 2)
print(layer.n)
