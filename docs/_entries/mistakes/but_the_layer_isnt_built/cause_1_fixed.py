import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 3)), layers.LSTM(4)])
count = model.count_params()
print(count)
