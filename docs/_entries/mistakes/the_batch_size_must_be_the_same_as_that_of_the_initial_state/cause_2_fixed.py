import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(4, 10, 1)), layers.LSTM(4, stateful=True)])
single = keras.Sequential([keras.Input(batch_shape=(1, 10, 1)), layers.LSTM(4, stateful=True)])
single.set_weights(model.get_weights())
out = single.predict(np.zeros((1, 10, 1)), verbose=0)
print(out.shape)
