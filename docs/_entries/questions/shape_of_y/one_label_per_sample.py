import keras
import numpy as np

x = np.zeros((64, 20, 4))
for steps, y in ((False, np.zeros((64, 3))), (True, np.zeros((64, 20, 3)))):
    model = keras.Sequential(
        [
            keras.Input((20, 4)),
            keras.layers.LSTM(8, return_sequences=steps),
            keras.layers.Dense(3),
        ]
    )
    print(f"return_sequences={steps}: model {model.predict(x, verbose=0).shape}, y {y.shape}")
