import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((20, 4)), layers.LSTM(8), layers.Dense(3, activation="softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(np.zeros((4, 20, 4)), np.zeros(4), verbose=0)
print(model.output_shape)
