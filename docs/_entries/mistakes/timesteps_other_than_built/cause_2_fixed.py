import keras
from keras import layers

rows = [[3, 1, 4], [1, 5, 9, 2, 6]]
x = keras.utils.pad_sequences(rows, maxlen=8, padding="post")
model = keras.Sequential(
    [keras.Input((8,)), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(4)]
)
print(model.input_shape, x.shape, model.predict(x, verbose=0).shape)
