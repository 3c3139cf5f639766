import keras
import numpy as np
from keras import layers

query, value = keras.Input((5, 4)), keras.Input((6, 8))
model = keras.Model([query, value], layers.Attention()([layers.Dense(8)(query), value]))
out = model.predict([np.zeros((2, 5, 4)), np.zeros((2, 6, 8))], verbose=0)
print(out.shape)
