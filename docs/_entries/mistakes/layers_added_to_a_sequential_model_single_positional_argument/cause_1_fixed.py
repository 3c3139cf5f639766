import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.RNN(layers.LSTMCell(4))])
print(model.output_shape)
