import keras
from keras import layers

model = keras.Sequential(
    [keras.Input(batch_shape=(1, 10, 7)), layers.LSTM(4, stateful=True), layers.Dense(1)]
)
for layer in model.layers:
    if hasattr(layer, "reset_states"):
        layer.reset_states()
print(model.layers[0].states[0].shape)
