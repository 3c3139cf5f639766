import keras
from keras import layers

verdict = "holds"
try:
    layers.LSTM(4, batch_input_shape=(2, 5, 3), stateful=True)
except ValueError as error:
    print(error)
    verdict = "no longer exists in Keras 3"
model = keras.Sequential([keras.Input(batch_shape=(2, 5, 3)), layers.LSTM(4, stateful=True)])
print("with keras.Input(batch_shape=...):", model.output_shape)
