import keras
import numpy as np

layers, timesteps, features, horizon = keras.layers, 12, 3, 4


def build(*stack):
    return keras.Sequential([keras.Input((timesteps, features)), *stack])


print("at once ", build(layers.LSTM(8), layers.Dense(horizon)).output_shape)
decoder = layers.RepeatVector(horizon), layers.LSTM(8, return_sequences=True), layers.Dense(1)
print("decoder ", build(layers.LSTM(8), *decoder).output_shape)
one = build(layers.LSTM(8), layers.Dense(features))
window = np.zeros((1, timesteps, features))
for _ in range(horizon):
    forecast = one.predict(window, verbose=0)
    window = np.concatenate([window[:, 1:], forecast[:, None]], axis=1)
print("fed back", window[:, -horizon:].shape)
