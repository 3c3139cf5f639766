import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 3)), layers.Bidirectional(layers.LSTM(4)), layers.Dense(1)]
)
print(model.output_shape)
