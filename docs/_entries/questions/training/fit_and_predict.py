import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(64, 5, 2))
y = x[:, -1:, 0]
for rate, dropout in ((0.0, 0.0), (0.0, 0.5), (0.05, 0.0)):
    model = keras.Sequential(
        [keras.Input((5, 2)), keras.layers.LSTM(4, dropout=dropout), keras.layers.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(rate), "mse")
    printed = model.fit(x, y, epochs=1, verbose=0).history["loss"][0]
    same = np.isclose(printed, model.evaluate(x, y, verbose=0), rtol=1e-4)
    print(f"learning rate {rate:4}, dropout {dropout}: fit and evaluate agree: {bool(same)}")
