"""
Many to many
============

A window of readings goes in, and one value comes out for every hour of it. This needs
``return_sequences=True`` and a ``y`` with an axis for timesteps. How does a ``Dense`` layer work on
a sequence, and do you need ``TimeDistributed``?
"""

# %%
# One label per timestep
# ----------------------
# No sensor of the tanks measures the flow: how much the pressure really changes in an hour,
# positive while the pump runs. The difference of two noisy readings is a poor guess. Each sample is
# a window of five hours of one tank; its labels are the flow at each of these hours. The last
# quarter of the hours is held out.

import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
story = unrolled.example_data.simulate_tanks(tanks=3, hours=400)
timesteps, split = 5, 300
train, test = story.readings[:, :split], story.readings[:, split:]
mean, std = train.mean(axis=(0, 1)), train.std(axis=(0, 1))
flow_std = story.flow[:, :split].std()


def windows(series, stride=2):
    starts = range(0, series.shape[1] - timesteps + 1, stride)
    return np.concatenate([[tank[s : s + timesteps] for s in starts] for tank in series])


x_train, x_test = windows((train - mean) / std), windows((test - mean) / std)
y_train, y_test = (
    windows(story.flow[:, :split] / flow_std),
    windows(story.flow[:, split:] / flow_std),
)
print("readings", story.readings.shape, "flow", story.flow.shape)
print("train: x", x_train.shape, "y", y_train.shape)
print("test:  x", x_test.shape, " y", y_test.shape)

# %%
# The model, drawn
# ----------------
# Every column now has its own output, and above it the label that it is compared with.

model = keras.Sequential(
    [
        keras.Input((timesteps, 2)),
        keras.layers.LSTM(4, return_sequences=True, name="lstm"),
        keras.layers.Dense(1, name="dense"),
    ],
    name="many_to_many",
)
model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(x_train, y_train, epochs=25, verbose=0)

trace = unrolled.trace(model, x_test[:4])
unrolled.draw(trace, y=y_test[:4])

# %%
# What to notice
# --------------
# ``Dense`` works on the last axis and leaves the others alone, so on a sequence it does the same at
# every timestep. ``TimeDistributed(Dense)`` with the same weights gives the same output, so it adds
# nothing here.

per_step = keras.Sequential(
    [keras.Input((timesteps, 4)), keras.layers.TimeDistributed(keras.layers.Dense(1))]
)
per_step.set_weights(model.get_layer("dense").get_weights())
h = trace["lstm"].h
print("LSTM returns         ", trace["lstm"].outputs[0].shape, "= h of every step")
print("Dense returns        ", trace["dense"].outputs[0].shape)
print("Dense weights        ", trace["dense"].weights.formula)
print(
    "TimeDistributed equal",
    np.allclose(per_step.predict(h, verbose=0), trace.outputs[0], atol=1e-6),
)

# %%
# - The LSTM row has no dashed arrows: every ``h`` is returned, and the shape keeps its axis for
#   timesteps.
# - The bracket "same weights" joins the squares of ``Dense``: it is one small layer, used once per
#   column. The number of timesteps isn't in its formula.
# - Each output sees the past of its column and nothing to the right of it. The first output has
#   only one reading.
# - ``y`` has the shape of the output, timesteps included.
#
# What it learned
# ---------------
# The first step is hard for every method: from one reading you cannot tell a rising pressure from a
# falling one.

error = np.abs(model.predict(x_test, verbose=0) - y_test).mean(axis=(0, 2)) * flow_std
difference = np.diff(x_test[:, :, :1], axis=1) * std[0] - y_test[:, 1:] * flow_std
first = np.abs(y_test[:, 0] - y_train.mean()).mean() * flow_std
baseline = np.array([first, *np.abs(difference).mean(axis=(0, 2))])
print("mean error at each step, in bar per hour")
print("LSTM      ", error.round(3))
print("difference", baseline.round(3), "(the first: the mean flow)")

at = np.arange(timesteps)
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.bar(at - 0.2, baseline, 0.38, color="#b45309", label="difference of two readings")
ax.bar(at + 0.2, error, 0.38, color="#1d4ed8", label="LSTM")
ax.set(title="Error of the flow, held-out hours", xlabel="timestep t in the window")
ax.set(ylabel="mean error (bar per hour)")
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# If the labels have the wrong number of steps, Keras raises an error. The message names the two
# lengths, the labels' first.

try:
    model.evaluate(x_test, y_test[:, 1:], verbose=0)
except ValueError as error_message:
    print(textwrap.fill(str(error_message), 90))

# %%
# If you have one label per window, ``y`` has no axis for timesteps, and Keras raises no error: the
# loss compares this one label with the output at every step. The picture shows that only the last
# column has its own label.

y_last = y_test[:, -1]
model.compile(loss="mse")  # a compiled model expects labels of the rank it has seen
print("output", model.output_shape, "but y", y_last.shape, "-> no error")
print(f"loss with one label per window          {model.evaluate(x_test, y_last, verbose=0):.3f}")
every_step = model.predict(x_test, verbose=0) - y_last[:, None]
print(f"every output against the window's label {np.mean(every_step**2):.3f}")
unrolled.draw(model, x_test[:4], y_last[:4])

# %%
# Related
# -------
# - One label per window is :ref:`many to one
#   <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
# - A layer that keeps its state needs no cold first step:
#   :ref:`stateful <sphx_glr_auto_gallery_10_data_flow_plot_30_stateful.py>`.
# - How to cut such windows: :doc:`/shape-your-data`.
