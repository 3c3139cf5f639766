"""
Several layers
==============

A recurrent layer reads a sequence, so the layer below it must return one. What does each layer
return, how many states are there, and does a second layer predict better?
"""

# %%
# A window and the pressure six hours later
# -----------------------------------------
# Each sample is a window of six hours of one tank. Its label is the pressure six hours after the
# window. It isn't enough to follow the last change: the pump may start or stop in between. The last
# quarter of the hours is held out.

import re
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
timesteps, horizon, split = 6, 6, 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = (readings - mean) / std

starts = range(len(scaled) - timesteps - horizon + 1)
x = np.stack([scaled[s : s + timesteps] for s in starts])
y = np.stack([scaled[s + timesteps + horizon - 1, :1] for s in starts])
n = split - timesteps - horizon + 1  # windows whose label is older than the split
x_train, y_train, x_test, y_test = x[:n], y[:n], x[n:], y[n:]
print("readings", readings.shape, "-> x", x.shape, "and y", y.shape)

# %%
# The model, drawn
# ----------------
# There are two recurrent layers, each with its own states. The lower one returns its ``h`` at every
# step; the upper one reads these as its features.


def build(*units, seed=1):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((timesteps, 2))], name=f"{len(units)}_layers")
    for number, width in enumerate(units):
        below = number < len(units) - 1
        model.add(keras.layers.LSTM(width, return_sequences=below, name=f"lstm_{number}"))
    model.add(keras.layers.Dense(1, name="dense"))
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


model = build(4, 3)
model.fit(x_train, y_train, epochs=20, batch_size=64, verbose=0)
trace = unrolled.trace(model, x_test[:4])
unrolled.draw(trace, y=y_test[:4])

# %%
# What to notice
# --------------

for call in trace.calls:
    read, returned = call.inputs[0].shape, call.outputs[0].shape
    print(f"{call.layer_name:7s} reads {read!s:10s} returns {returned!s:10s}", call.weights.formula)
for name in ("lstm_0", "lstm_1"):
    h, c = trace[name].final_state
    print(f"{name} ends with h {h.shape} and c {c.shape}")
print("lstm_1 reads h of lstm_0:", np.array_equal(trace["lstm_1"].x, trace["lstm_0"].h))

# %%
# - Read a column upwards: the reading of one hour, the lower layer's ``h`` at that hour, the upper
#   layer's ``h``. Both layers move through time side by side.
# - The lower layer needs ``return_sequences=True``. The upper one doesn't: its last ``h`` goes to
#   ``Dense``.
# - The ``units`` of the lower layer are the features of the upper one, and its weight formula
#   counts them as features.
# - ``c`` never leaves its layer. Only ``h`` goes up.
#
# What it learned
# ---------------
# We compare one layer with two layers of about the same number of weights, each trained from two
# random seeds. The baselines are the last pressure, and the pressure one day before the hour in
# question.


def error(guess):
    return np.abs(guess - y_test).mean() * std[0]


runs = {}
for units in ((6,), (4, 3)):
    for seed in (1, 2):
        trained = model if (units, seed) == ((4, 3), 1) else build(*units, seed=seed)
        if trained is not model:
            trained.fit(x_train, y_train, epochs=20, batch_size=64, verbose=0)
        runs[units, seed] = np.asarray(trained(x_test))
        weights, miss = trained.count_params(), error(runs[units, seed])
        print(f"LSTM units {units!s:7s} seed {seed}: {weights} weights, mean error {miss:.3f} bar")

day_before = scaled[np.arange(n, len(x)) + timesteps + horizon - 1 - 24, :1]
print(
    f"last pressure {error(x_test[:, -1, :1]):.3f} bar, "
    f"pressure a day before {error(day_before):.3f} bar"
)

hours = np.arange(split, len(readings))[:72]
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for values, style in (
    (y_test, {"color": "0.65", "lw": 4, "label": "measured"}),
    (x_test[:, -1, :1], {"color": "#b45309", "ls": ":", "label": "last pressure"}),
    (runs[(6,), 1], {"color": "#047857", "label": "one layer"}),
    (runs[(4, 3), 1], {"color": "#1d4ed8", "label": "two layers"}),
):
    ax.plot(hours, values[:72, 0] * std[0] + mean[0], **style)
ax.set(title="Pressure six hours ahead, held-out hours", xlabel="hour", ylabel="pressure (bar)")
fig.legend(loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# The second layer gains nothing here: one layer can read everything that the window shows about the
# pump. A second layer is an option to test on held-out data, not an improvement in itself.
#
# What goes wrong
# ---------------
# Without ``return_sequences=True`` the lower layer passes on one vector, and the upper one finds no
# axis for timesteps. ``ndim`` counts the axes:

try:
    lower, upper = keras.layers.LSTM(4), keras.layers.LSTM(3, name="upper")
    keras.Sequential([keras.Input((timesteps, 2)), lower, upper])
except ValueError as message:
    print(textwrap.fill(re.sub(r"\x1b\[\d+m", "", str(message)), 90))

# %%
# With ``return_sequences=True`` on the upper layer too, Keras raises no error, but the model has an
# output at every step, so it needs a label at every step: see :ref:`many to many
# <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
#
# Related
# -------
# - One layer, one output: :ref:`many to one
#   <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
# - States that outlive a batch: :ref:`stateful
#   <sphx_glr_auto_gallery_10_data_flow_plot_30_stateful.py>`.
# - How to cut the windows: :doc:`/shape-your-data`.
