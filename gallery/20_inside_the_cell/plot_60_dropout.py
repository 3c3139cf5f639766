"""
Dropout
=======

A recurrent layer has ``dropout`` and ``recurrent_dropout``, and you can put a ``Dropout`` layer
beside it. Which values does each of them drop, is it the same at every timestep, and when does
nothing happen at all?
"""

# %%
# A training step, drawn
# ----------------------
# ``training=True`` runs the model as ``fit`` does. A cross is a value that was dropped; the others
# are scaled up, so that their sum stays about the same.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(3)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
timesteps, split = 5, 450
scaled = (readings - readings[:split].mean(axis=0)) / readings[:split].std(axis=0)
x = np.stack([scaled[start : start + timesteps] for start in range(len(scaled) - timesteps)])
y = scaled[timesteps:, :1]
n = split - timesteps


def build(*layers, name="model"):
    above = [keras.layers.Dense(1, name="dense")]
    return keras.Sequential([keras.Input((timesteps, 2)), *layers, *above], name=name)


model = build(
    keras.layers.LSTM(4, return_sequences=True, dropout=0.3, seed=5, name="lower"),
    keras.layers.Dropout(0.4, seed=8, name="drop"),
    keras.layers.LSTM(3, dropout=0.3, recurrent_dropout=0.3, seed=2, name="upper"),
    name="dropout",
)
trace = unrolled.trace(model, x[:4], training=True)
unrolled.draw(trace, y=y[:4])

# %%
# What to notice
# --------------
# ``call.dropout`` holds the factors: 0 where a value was dropped.

for name in ("lower", "drop", "upper"):
    for what, factor in trace[name].dropout.items():
        print(f"{name:5s} multiplies {what} by {factor.shape}, for sample 0:")
        print(factor[0].round(2))

# %%
# - The ``Dropout`` layer, "drop", chooses again for each value at each step. Its factors have an
#   axis for timesteps.
# - ``dropout`` of a recurrent layer drops features, and ``recurrent_dropout`` drops values of the
#   previous ``h``. Neither has an axis for timesteps: what is dropped for a sample is dropped at
#   all of its steps.
# - With ``recurrent_dropout`` Keras computes the gates one by one, and each has its own factors:
#   the second axis of the factors of "upper" is the gates.
# - ``c`` is not touched, so what the layer has stored is still there. Dropout has no weights.
#
# Here is one step by hand, gate by gate. The features and the previous ``h`` are multiplied by the
# factors first.


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


upper, t, sums = trace["upper"], 3, {}
for k, gate in enumerate("ifco"):
    features, h = (
        upper.x[:, t] * upper.dropout["x"][:, k],
        upper.h[:, t - 1] * upper.dropout["h"][:, k],
    )
    weights = upper.weights
    sums[gate] = (
        features @ weights.kernel[gate] + h @ weights.recurrent_kernel[gate] + weights.bias[gate]
    )
c = sigmoid(sums["f"]) * upper.c[:, t - 1] + sigmoid(sums["i"]) * np.tanh(sums["c"])
print(
    "h of the step as traced:",
    np.allclose(sigmoid(sums["o"]) * np.tanh(c), upper.h[:, t], atol=1e-6),
)

# %%
# When nothing is dropped
# -----------------------
# ``predict``, ``evaluate`` and a plain call drop nothing. Two runs in training mode differ, and two
# other runs don't:

calls = {
    "predict": lambda: model.predict(x[:4], verbose=0),
    "model(x)": lambda: np.asarray(model(x[:4])),
    "model(x, training=True)": lambda: np.asarray(model(x[:4], training=True)),
}
for name, call in calls.items():
    print(f"{name:23s} twice the same: {np.array_equal(call(), call())}")

# %%
# To drop a feature of the sequence at all steps before a recurrent layer, use ``SpatialDropout1D``:

for layer in (keras.layers.Dropout(0.5, seed=4), keras.layers.SpatialDropout1D(0.5, seed=4)):
    factor = np.asarray(layer(np.ones((1, timesteps, 4), "float32"), training=True))[0]
    print(layer.__class__.__name__, *factor, sep="\n")

# %%
# What goes wrong
# ---------------
# Dropout doesn't always help. It is made for large models and few samples; a small model has
# nothing to spare:

for rate in (0.0, 0.4):
    trained = build(keras.layers.LSTM(6, dropout=rate, recurrent_dropout=rate, seed=5, name="lstm"))
    trained.compile(keras.optimizers.Adam(0.03), "mse")
    history = trained.fit(x[:n], y[:n], epochs=12, verbose=0).history["loss"][-1]
    seen, held_out = (
        trained.evaluate(x[part], y[part], verbose=0) for part in (slice(n), slice(n, None))
    )
    print(
        f"rate {rate}: loss while training {history:.3f}, afterwards {seen:.3f}, "
        f"held-out hours {held_out:.3f}"
    )

# %%
# The loss that ``fit`` prints is the loss of the model with dropout, while the validation loss is
# that of the whole model. So with dropout a validation loss below the training loss is not a sign
# of an error.
#
# Related
# -------
# - What the factors multiply: :ref:`one step of an LSTM
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
# - Layers on top of each other: :ref:`several layers
#   <sphx_glr_auto_gallery_10_data_flow_plot_50_multi_layer.py>`.
