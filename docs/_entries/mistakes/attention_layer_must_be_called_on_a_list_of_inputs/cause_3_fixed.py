import keras
from keras import layers

x = keras.Input((5, 4))
out = layers.Attention()([x, x])
print(out.shape)
