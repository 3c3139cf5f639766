import keras
from keras import layers

model = keras.Sequential(
    [keras.Input(batch_shape=(1, 10, 7)), layers.Bidirectional(layers.LSTM(4, stateful=True))]
)
model.layers[0].reset_state()
