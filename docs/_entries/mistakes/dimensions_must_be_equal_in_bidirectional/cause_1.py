import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [
        keras.Input((5, 3)),
        layers.Bidirectional(
            layers.LSTM(4), backward_layer=layers.LSTM(5, go_backwards=True), merge_mode="sum"
        ),
    ]
)
model.predict(np.zeros((2, 5, 3)), verbose=0)
