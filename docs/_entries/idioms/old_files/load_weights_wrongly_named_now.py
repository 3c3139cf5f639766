import shutil

import keras
import numpy as np
from keras import layers

shutil.copy("lstm_weights.h5", "old.h5")
model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4), layers.Dense(1)])
model.load_weights("old.h5")
print(model.predict(np.ones((1, 5, 3)), verbose=0))
