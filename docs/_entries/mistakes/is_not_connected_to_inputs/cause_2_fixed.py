import keras
from keras import layers

x, d = keras.Input((4, 3)), keras.Input((5, 3))
_, h = layers.GRU(2, return_state=True)(x)
decoder = layers.GRU(2)
out = decoder(d, initial_state=h)
state = keras.Input((2,))
model = keras.Model([d, state], decoder(d, initial_state=state))
print(model.output_shape)
