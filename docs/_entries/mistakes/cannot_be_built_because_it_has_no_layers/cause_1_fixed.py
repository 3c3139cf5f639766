import keras
from keras import layers

model = keras.Sequential()
lstm = layers.LSTM(4)
model.add(lstm)
model.build((None, 5, 1))
print(model.output_shape)
