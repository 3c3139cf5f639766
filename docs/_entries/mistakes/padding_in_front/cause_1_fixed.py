import keras
from keras import layers

rows = [[3, 1, 4], [1, 5, 9, 2, 6]]
x = keras.utils.pad_sequences(rows, padding="post")
model = keras.Sequential(
    [keras.Input((5,)), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(4)]
)
print(x, model.predict(x, verbose=0).shape)
