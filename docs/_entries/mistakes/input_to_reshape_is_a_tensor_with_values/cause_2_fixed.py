import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((5, 2)),
        layers.Lambda(lambda t: keras.ops.reshape(t, (-1, 5, 2))),
        layers.LSTM(4),
    ]
)
print(model.predict(np.zeros((6, 5, 2)), batch_size=4, verbose=0).shape)
