import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input((20, 4)), layers.LSTM(8, return_sequences=True), layers.Dense(6)]
)
model.compile("adam", "ctc")
model.fit(np.zeros((4, 20, 4)), np.ones((4, 5), "int32"), verbose=0)
print(model.output_shape)
