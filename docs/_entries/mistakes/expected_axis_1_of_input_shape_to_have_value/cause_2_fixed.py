import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((10, 3)),
        layers.LSTM(8, return_sequences=True),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1),
    ]
)
out = model.predict(np.zeros((2, 12, 3)), verbose=0)
print(out.shape)
