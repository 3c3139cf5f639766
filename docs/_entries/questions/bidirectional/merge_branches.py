import keras
import numpy as np

layers = keras.layers
hours, days, place = keras.Input((24, 3)), keras.Input((7, 2)), keras.Input((5,))
a = layers.Bidirectional(layers.LSTM(4))(hours)
b = layers.Bidirectional(layers.GRU(6))(days)
merged = layers.Concatenate()([a, b, place])
model = keras.Model([hours, days, place], layers.Dense(1)(merged))
print(a.shape, "beside", b.shape, "beside", place.shape, "->", merged.shape)
print(model.predict([np.zeros((8, 24, 3)), np.zeros((8, 7, 2)), np.zeros((8, 5))], verbose=0).shape)
