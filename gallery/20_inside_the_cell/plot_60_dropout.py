"""
Dropout
=======

A recurrent layer has ``dropout`` and ``recurrent_dropout``, and you can put a ``Dropout`` layer
beside it: what does each of them drop, and is it the same at every timestep?

A ``Dropout`` layer chooses again at each step. A recurrent layer drops the same values at all
steps of a sample.

.. first-picture::

   One training step. A cross is a value that was dropped; the others are scaled up, so that their
   sum stays about the same.

- ``dropout`` of a recurrent layer drops features, and ``recurrent_dropout`` drops values of the
  previous ``h``. Neither chooses again at the next timestep.
- ``c`` is not touched, so what the layer has stored is still there.
- ``predict``, ``evaluate`` and a plain call drop nothing.
- Dropout has no weights.
"""

# %%
# The data
# --------
# The model reads five hours of pressure and temperature, and predicts the next pressure.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(3)
readings, split = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0], 450
scaled = (readings - readings[:split].mean(axis=0)) / readings[:split].std(axis=0)
train, test = unrolled.windows(scaled, timesteps=5, targets=0).split(split / len(readings))

# %%
# The model
# ---------
# ``training=True`` runs the model as ``fit`` does.


def build(*layers, name="model"):
    dense = keras.layers.Dense(1, name="dense")
    return keras.Sequential([keras.Input((5, 2)), *layers, dense], name=name)


model = build(
    keras.layers.LSTM(4, return_sequences=True, dropout=0.3, seed=5, name="lower"),
    keras.layers.Dropout(0.4, seed=8, name="drop"),
    keras.layers.LSTM(3, dropout=0.3, recurrent_dropout=0.3, seed=2, name="upper"),
    name="dropout",
)
trace = unrolled.trace(model, train.x[:4], training=True)
unrolled.draw(trace, y=train.y[:4])

# %%
# ``call.dropout`` holds the factors: 0 where a value was dropped. With ``recurrent_dropout`` Keras
# computes the gates one by one, and each has its own factors.

axes = {"lower": "batch, features", "drop": "batch, timesteps, features"}
for name in ("lower", "drop", "upper"):
    for what, factor in trace[name].dropout.items():
        print(f"{name:5s} {what} times {factor.shape}", axes.get(name, "batch, gates, values"))
print(trace["drop"].dropout["x"][0].round(2))

# %%
# When nothing is dropped
# -----------------------
# Two runs in training mode differ, and two other runs don't:

calls = {
    "predict": lambda: model.predict(train.x[:4], verbose=0),
    "model(x)": lambda: np.asarray(model(train.x[:4])),
    "model(x, training=True)": lambda: np.asarray(model(train.x[:4], training=True)),
}
for name, call in calls.items():
    print(f"{name:23s} twice the same: {np.array_equal(call(), call())}")

# %%
# To drop a feature of the sequence at all steps before a recurrent layer, use ``SpatialDropout1D``:

for layer in (keras.layers.Dropout(0.5, seed=4), keras.layers.SpatialDropout1D(0.5, seed=4)):
    factor = np.asarray(layer(np.ones((1, 3, 4), "float32"), training=True))[0]
    print(layer.__class__.__name__, *factor, sep="\n")

# %%
# What goes wrong
# ---------------
# Dropout doesn't always help. It is made for large models and few samples; a small model has
# nothing to spare. The loss that ``fit`` prints is the loss of the model with dropout, so a
# validation loss below the training loss is not a sign of an error.

for rate in (0.0, 0.4):
    trained = build(keras.layers.LSTM(6, dropout=rate, recurrent_dropout=rate, seed=5, name="lstm"))
    trained.compile(keras.optimizers.Adam(0.03), "mse")
    loss = trained.fit(train.x, train.y, epochs=12, verbose=0).history["loss"][-1]
    after = [trained.evaluate(part.x, part.y, verbose=0) for part in (train, test)]
    print(
        f"rate {rate}: loss of fit {loss:.3f}, afterwards {after[0]:.3f}, held out {after[1]:.3f}"
    )

# %%
# Related
# -------
# - What the factors multiply: :ref:`one step of an LSTM
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
