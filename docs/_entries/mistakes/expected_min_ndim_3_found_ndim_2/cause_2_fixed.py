import keras
from keras import layers

model = keras.Sequential([keras.Input((28, 1)), layers.Conv1D(8, 3)])
print(model.output_shape)
