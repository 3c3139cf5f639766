import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.LSTM(4, return_sequences=True), layers.Dense(2, "softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.zeros((8, 5, 1)), np.zeros((8, 5), int), class_weight={0: 1.0, 1: 2.0}, verbose=0)
