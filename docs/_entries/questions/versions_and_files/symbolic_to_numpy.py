import keras
import numpy as np

x = keras.Input((5, 2))
h = keras.layers.LSTM(3, return_sequences=True)(x)
model = keras.Model(x, keras.ops.mean(h, axis=1))
print(
    "NumPy",
    np.__version__.split(".")[0],
    "Keras",
    keras.__version__,
    "->",
    model.predict(np.zeros((4, 5, 2)), verbose=0).shape,
)
