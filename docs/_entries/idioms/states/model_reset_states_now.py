import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(1, 10, 7)), layers.LSTM(4, stateful=True)])
model.predict(np.ones((1, 10, 7)), verbose=0)
for layer in model.layers:
    if hasattr(layer, "reset_states"):
        layer.reset_states()
print(np.array(model.layers[0].states[0]))
