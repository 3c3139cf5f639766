import keras
import numpy as np
from keras import layers

model = keras.Sequential(
    [keras.Input(batch_shape=(1, 4, 1)), layers.LSTM(2, stateful=True), layers.Dense(1)]
)
model.compile(keras.optimizers.SGD(0.0), "mse")
began = []
watch = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: began.append(np.array(model.layers[0].states[0])[0])
)
model.fit(
    np.ones((1, 4, 1)), np.zeros((1, 1)), batch_size=1, epochs=3, callbacks=[watch], verbose=0
)
for epoch, h in enumerate(began):
    print("epoch", epoch, "begins with h", h.round(3))
verdict = "does not hold" if all(h.any() for h in began[1:]) else "holds"
