import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.LSTM(4), layers.Dense(3, activation="softmax")]
)
probabilities = model.predict_proba(np.zeros((2, 5, 1)))
