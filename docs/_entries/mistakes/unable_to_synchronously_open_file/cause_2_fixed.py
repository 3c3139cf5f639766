from pathlib import Path

import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.save("model.h5")
print(Path("model.h5").read_bytes()[:4])
