import keras
import numpy as np
from keras import layers

x = np.ones((8, 5, 2), "float32")


def trains(loss, y, width):
    """Fit a model whose output is (8, width) to labels y."""
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(width, activation="softmax")]
    )
    model.compile("adam", loss)
    try:
        model.fit(x, y, verbose=0)
    except ValueError as error:
        print(f"{loss:32s} output (8, {width}), y {y.shape}: {type(error).__name__}")
        return False
    print(f"{loss:32s} output (8, {width}), y {y.shape}: trains")
    return True


same = trains("mse", np.zeros((8, 3)), 3)
stretched = trains("mse", np.zeros((8, 5, 1)), 1)
sparse = trains("sparse_categorical_crossentropy", np.zeros(8, int), 3)
sparse_same = trains("sparse_categorical_crossentropy", np.zeros((8, 3), int), 3)
if same and sparse_same:
    verdict = "holds"
else:
    verdict = "holds with a condition" if same else "does not hold"
