import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.LSTM(4, return_sequences=True), layers.Dense(2, "softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy")
y = np.zeros((8, 5), int)
model.fit(np.zeros((8, 5, 1)), y, sample_weight=np.array([1.0, 2.0])[y], verbose=0)
