"""
Many to many
============

How does ``Dense`` work on a sequence, do you need ``TimeDistributed``, and what shape must ``y``
have?

With ``return_sequences=True`` an LSTM returns ``h`` at every step, and ``Dense`` turns each one
into one value.

.. first-picture::

   Five hours go in, five values come out. Every column has its own output, and above it the label
   that it is compared with.

- The LSTM row has no dashed arrows: every ``h`` is returned, and the shape keeps its axis for
  timesteps.
- The bracket "same weights" joins the squares of ``Dense``: it is one small layer, used at every
  step. You don't need ``TimeDistributed``.
- Each output sees its own column and those to the left of it. The first one has only one reading.
- ``y`` has the shape of the output: ``(batch, timesteps, targets)``.
"""

# %%
# The data
# --------
# No sensor of a tank measures the flow: how much the pressure really changes in an hour. The
# difference of two noisy readings is a poor guess. Each sample is a window of five hours with the
# flow at each of them; you hold out the last quarter of the hours.

import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
tank = unrolled.example_data.simulate_tanks(tanks=1, hours=1200)
table, split = np.hstack([tank.readings[0], tank.flow[0]]), 900
mean, std = table[:split].mean(axis=0), table[:split].std(axis=0)
scaled = dict(zip([*tank.features, "flow"], ((table - mean) / std).T, strict=True))
windows = unrolled.windows(
    scaled, 5, features=[*tank.features], targets="flow", horizon=0, stride=2, per_step=True
)
train, test = windows.split(split / len(table))
print("train: x", train.x.shape, "y", train.y.shape)

# %%
# The model
# ---------

lstm = keras.layers.LSTM(4, return_sequences=True, name="lstm")
layers = [keras.Input((5, 2)), lstm, keras.layers.Dense(1, name="dense")]
model = keras.Sequential(layers, name="many_to_many")
model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(train.x, train.y, epochs=25, verbose=0)

trace = unrolled.trace(model, test.x[:4])
unrolled.draw(trace, y=test.y[:4])

# %%
# ``Dense`` works on the last axis. ``TimeDistributed(Dense)`` with the same weights computes the
# same:

wrapped = keras.layers.TimeDistributed(keras.layers.Dense(1))
per_step = keras.Sequential([keras.Input((5, 4)), wrapped])
per_step.set_weights(model.get_layer("dense").get_weights())
same = np.allclose(per_step(trace["lstm"].h), trace.outputs[0], atol=1e-6)
print("TimeDistributed equal", same, " Dense weights", trace["dense"].weights.formula)

# %%
# What it learned
# ---------------
# The first step is hard for every method: from one reading you cannot see whether the pressure is
# rising or falling. There the guess without a model is the mean flow.

error = np.abs(model.predict(test.x, verbose=0) - test.y).mean(axis=(0, 2)) * std[2]
change = np.diff(test.x[:, :, 0], axis=1) * std[0]
baseline = np.insert(change, 0, mean[2], axis=1) - (test.y[:, :, 0] * std[2] + mean[2])
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.bar(np.arange(5) - 0.2, np.abs(baseline).mean(axis=0), 0.38, color="#b45309", label="difference")
ax.bar(np.arange(5) + 0.2, error, 0.38, color="#1d4ed8", label="LSTM")
ax.set(title="Error of the flow, held-out hours", xlabel="timestep t in the window")
ax.set(ylabel="mean error (bar per hour)")
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# The wrong number of steps in ``y`` raises an error. One label per window doesn't: the loss
# compares it with the output at every step. In the picture only the last column has a label.

try:
    model.evaluate(test.x, test.y[:, 1:], verbose=0)
except ValueError as message:
    print(textwrap.fill(str(message), 90))
unrolled.draw(model, test.x[:4], test.y[:4, -1])

# %%
# Related
# -------
# - One label per window:
#   :ref:`many to one <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
# - A layer that keeps its state needs no cold first step:
#   :ref:`stateful <sphx_glr_auto_gallery_10_data_flow_plot_30_stateful.py>`.
