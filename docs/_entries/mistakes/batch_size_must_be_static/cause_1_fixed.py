import keras
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(2, 10, 1)), layers.LSTM(4, stateful=True)])
print(model.output_shape)
