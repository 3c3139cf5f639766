import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Lambda(lambda t: keras.ops.reshape(t, (-1, 5, 2))),
        layers.SimpleRNN(4),
    ]
)
print(model.predict(np.zeros((6, 10)), batch_size=4, verbose=0).shape)
