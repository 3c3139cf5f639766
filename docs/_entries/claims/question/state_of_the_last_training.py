import keras
import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(2, 5, 1)).astype("float32")
model = keras.Sequential(
    [keras.Input(batch_shape=(2, 5, 1)), layers.LSTM(3, stateful=True), layers.Dense(1)]
)
model.compile(keras.optimizers.SGD(0.0), "mse")


def predict():
    return model.predict(x, batch_size=2, verbose=0)


fresh = predict()
model.layers[0].reset_states()
model.fit(x, np.zeros((2, 1)), batch_size=2, verbose=0)
after_training, after_predicting = predict(), predict()
model.layers[0].reset_states()
print("training moves the state:  ", not np.allclose(after_training, fresh, atol=1e-6))
print("predicting moves the state:", not np.allclose(after_predicting, after_training, atol=1e-6))
print("after reset_states() as at first:", np.allclose(predict(), fresh, atol=1e-6))
if np.allclose(after_training, fresh, atol=1e-6):
    verdict = "does not hold"
else:
    verdict = (
        "holds"
        if np.allclose(after_predicting, after_training, atol=1e-6)
        else "holds with a condition"
    )
