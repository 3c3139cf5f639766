import keras
from keras import layers

rows = [[3, 1, 4], [], [5, 9]]
x = keras.utils.pad_sequences(rows, padding="post")
model = keras.Sequential(
    [keras.Input((3,)), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(2)]
)
print(model.predict(x, verbose=0).round(3))
