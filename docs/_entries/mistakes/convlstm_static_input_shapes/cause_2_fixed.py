import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 8, 8, 1)), layers.ConvLSTM2D(8, 3)])
print(model.output_shape)
