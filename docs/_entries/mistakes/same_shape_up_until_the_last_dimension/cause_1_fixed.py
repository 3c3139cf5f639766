import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((20, 4)),
        layers.LSTM(8, return_sequences=True),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
y = keras.utils.pad_sequences([[1, 2]] * 4, maxlen=20)
model.fit(np.zeros((4, 20, 4)), y, verbose=0)
print(model.output_shape)
