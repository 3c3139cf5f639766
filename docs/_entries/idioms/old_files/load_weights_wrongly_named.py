import shutil

import keras
from keras import layers

shutil.copy("lstm_weights.h5", "old.weights.h5")
model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4), layers.Dense(1)])
model.load_weights("old.weights.h5")
