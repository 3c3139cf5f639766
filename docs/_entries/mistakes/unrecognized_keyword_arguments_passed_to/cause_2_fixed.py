import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 7)), layers.LSTM(4)])
model.save("old.h5")
model.load_weights("old.h5")
print(model.output_shape)
