import keras
from keras import layers

rows = [[[0.5], [0.7]], [[0.9], [0.2], [1.6]]]
x = keras.utils.pad_sequences(rows, padding="post")
model = keras.Sequential([keras.Input((3, 1)), layers.Masking(), layers.LSTM(4)])
print(x[..., 0], model.predict(x, verbose=0).shape)
