import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((20, 4)), layers.LSTM(8), layers.Dense(1, activation="sigmoid")]
)
model.compile("adam", "binary_crossentropy")
model.fit(np.zeros((4, 20, 4)), np.zeros(4), class_weight={0: 1.0, 1: 2.0}, verbose=0)
print(model.output_shape)
