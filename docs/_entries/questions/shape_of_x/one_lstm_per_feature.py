import keras
import numpy as np

model = keras.Sequential(
    [keras.Input((5, 2)), keras.layers.LSTM(3, name="lstm"), keras.layers.Dense(1)]
)
x = np.random.default_rng(0).normal(size=(2, 5, 2))
print("kernel", model.get_layer("lstm").get_weights()[0].shape, "= (features, 4 * units)")
