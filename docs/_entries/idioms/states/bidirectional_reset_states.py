import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input(batch_shape=(1, 10, 7)), layers.Bidirectional(layers.LSTM(4, stateful=True))]
)
model.predict(np.ones((1, 10, 7)), verbose=0)
both = model.layers[0]
both.reset_states()
print(np.array(both.forward_layer.states[0]), np.array(both.backward_layer.states[0]))
