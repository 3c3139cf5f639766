import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(4, 10, 1)), layers.LSTM(4, stateful=True)])
out = model.predict(np.zeros((64, 10, 1)), batch_size=4, verbose=0)
print(out.shape)
