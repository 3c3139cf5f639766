import keras
from keras import layers

model = keras.Sequential([keras.Input(batch_shape=(1, 10, 7)), layers.LSTM(4, stateful=True)])
print(model.output_shape)
