import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 8, 3))
y = np.array([[1, 2, 3, 5], [3, 1, 0, 0]])
model = keras.Sequential(
    [keras.Input((8, 3)), layers.LSTM(8, return_sequences=True), layers.Dense(5)]
)
model.compile("adam", "ctc")
ctc = keras.losses.CTC(reduction=None)
print("loss of each sample:", np.round(ctc(y, model.predict(x, verbose=0)), 2))
