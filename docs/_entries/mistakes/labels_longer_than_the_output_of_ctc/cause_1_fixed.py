import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 12, 3))
y = np.array([[1, 2, 3, 4], [2, 2, 3, 3]])
model = keras.Sequential(
    [
        keras.Input((12, 3)),
        layers.MaxPooling1D(2),
        layers.LSTM(8, return_sequences=True),
        layers.Dense(5),
    ]
)
model.compile("adam", "ctc")
ctc = keras.losses.CTC(reduction=None)
print("loss of each sample:", np.round(ctc(y, model.predict(x, verbose=0)), 2))
