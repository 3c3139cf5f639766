import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((5, 1)), layers.LSTM(4, return_sequences=True), layers.Dense(1, "sigmoid")]
)
model.compile("adam", "mse", sample_weight_mode="temporal")
