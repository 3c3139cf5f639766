import keras
from keras import layers

x = keras.Input((4, 3))
out = layers.Add()([x, x])
print(out.shape)
