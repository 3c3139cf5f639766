import keras
import numpy as np
from keras import layers

x = [np.array([[1, 2, 3, 0, 0], [4, 5, 6, 7, 8]]), np.zeros((2, 4))]
ids, state = keras.Input((None,), dtype="int32"), keras.Input((4,))
h = layers.Embedding(10, 4, mask_zero=True)(ids)
model = keras.Model(
    [ids, state], layers.GRU(4)(h, initial_state=state, mask=keras.ops.not_equal(ids, 0))
)
print("with padding:", model.predict(x, verbose=0)[0].round(3))
print("without:", model.predict([x[0][:1, :3], x[1][:1]], verbose=0)[0].round(3))
