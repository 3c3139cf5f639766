import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 28, 1)), layers.ConvLSTM1D(8, 3)])
print(model.output_shape)
