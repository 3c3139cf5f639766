"""
Several layers
==============

What does a recurrent layer return to the one above it, how many states are there, and does a second
layer predict better?

A recurrent layer reads a sequence, so the layer below it must return one:
``return_sequences=True``.

.. first-picture::

   Two layers move through time side by side. The lower one returns ``h`` at every step; the upper
   one reads these as its features.

- Read a column upwards: the reading of one hour, the lower layer's ``h`` at that hour, the upper
  layer's ``h``.
- The ``units`` of the lower layer are the features of the upper one, also in its weight formula.
- Each layer has its own ``h`` and ``c``. ``c`` never leaves its layer: only ``h`` goes up.
- The upper layer doesn't need ``return_sequences``: its last ``h`` goes to ``Dense``.
"""

# %%
# The data
# --------
# Each sample is a window of six hours; its label is the pressure six hours after the window. In
# between, the pump may start or stop.

import re
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

tank = unrolled.example_data.simulate_tanks(tanks=1, hours=600)
readings, split = tank.readings[0], 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = dict(zip(tank.features, ((readings - mean) / std).T, strict=True))
windows = unrolled.windows(scaled, timesteps=6, horizon=6, targets="pressure (bar)")
train, test = windows.split(split / len(readings))
print("train: x", train.x.shape, "y", train.y.shape)

# %%
# The model
# ---------


def build(*units, seed=1):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((6, 2))], name=f"{len(units)}_layers")
    for number, width in enumerate(units):
        below = number < len(units) - 1
        model.add(keras.layers.LSTM(width, return_sequences=below, name=f"lstm_{number}"))
    model.add(keras.layers.Dense(1, name="dense"))
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(train.x, train.y, epochs=20, batch_size=64, verbose=0)
    return model


model = build(4, 3)
trace = unrolled.trace(model, test.x[:4])
unrolled.draw(trace, y=test.y[:4])

# %%
# Here is the same in numbers:

for call in trace.calls:
    print(f"{call.layer_name:7s} returns {call.outputs[0].shape!s:10s}", call.weights.formula)
print("lstm_1 reads h of lstm_0:", np.array_equal(trace["lstm_1"].x, trace["lstm_0"].h))

# %%
# What it learned
# ---------------
# Compare one layer and two layers with about the same number of weights, each from two random
# seeds. A second layer is an option to test on held-out data, not an improvement in itself.

fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.plot(test.y[:72] * std[0] + mean[0], color="0.65", lw=4, label="measured")
for units, colour in (((6,), "#047857"), ((4, 3), "#1d4ed8")):
    for seed in (1, 2):
        trained = build(*units, seed=seed)
        guess = trained.predict(test.x, verbose=0)
        miss = np.abs(guess - test.y).mean() * std[0]
        print(f"units {units!s:6s} seed {seed}: {trained.count_params()} weights, {miss:.3f} bar")
    ax.plot(guess[:72] * std[0] + mean[0], color=colour, label=f"units {units}")
print(f"last pressure: {np.abs(test.x[:, -1, :1] - test.y).mean() * std[0]:.3f} bar")
ax.set(title="Pressure six hours ahead, held-out hours", xlabel="hour", ylabel="pressure (bar)")
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# Without ``return_sequences=True`` the lower layer passes on one vector, and the upper one finds no
# axis for timesteps. ``ndim`` counts the axes:

try:
    lower, upper = keras.layers.LSTM(4), keras.layers.LSTM(3, name="upper")
    keras.Sequential([keras.Input((6, 2)), lower, upper])
except ValueError as message:
    print(textwrap.fill(re.sub(r"\x1b\[\d+m", "", str(message)), 90))

# %%
# Related
# -------
# - One layer, one output:
#   :ref:`many to one <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
