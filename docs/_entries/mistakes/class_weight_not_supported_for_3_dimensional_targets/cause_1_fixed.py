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
model.compile("adam", "categorical_crossentropy")
y = np.zeros((4, 20, 3))
model.fit(np.zeros((4, 20, 4)), y, sample_weight=np.array([1.0, 2.0, 2.0])[y.argmax(-1)], verbose=0)
print(model.output_shape)
