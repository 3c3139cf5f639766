"""
Many to one
===========

A window of readings goes in, and one value comes out: the next pressure. This is what an LSTM does
by default. What shape must ``x`` and ``y`` have, what does ``units`` mean, and what happens to the
steps before the last one?
"""

# %%
# Windows and their labels
# ------------------------
# A water tank reports pressure and temperature every hour. Each sample is a window of five hours,
# and its label is the pressure in the hour after the window. The last quarter of the hours is held
# out. The scale comes from the hours before that, because the future must not leak into the
# training data.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
timesteps, split = 5, 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = (readings - mean) / std

starts = range(len(scaled) - timesteps)
x = np.stack([scaled[s : s + timesteps] for s in starts])
y = np.stack([scaled[s + timesteps, :1] for s in starts])
n = split - timesteps  # windows whose label is older than the split
x_train, y_train, x_test, y_test = x[:n], y[:n], x[n:], y[n:]
print("readings", readings.shape, "-> x", x.shape, "and y", y.shape)
print("train   ", x_train.shape, y_train.shape)
print("test    ", x_test.shape, y_test.shape)

# %%
# The model, drawn
# ----------------
# Time runs from left to right; read each column from the bottom up. The numbers are those of the
# trained model, and the first of the four windows is in front.

model = keras.Sequential(
    [
        keras.Input((timesteps, 2)),
        keras.layers.LSTM(4, name="lstm"),
        keras.layers.Dense(1, name="dense"),
    ],
    name="many_to_one",
)
model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(x_train, y_train, epochs=30, verbose=0)

trace = unrolled.trace(model, x_test[:4])
unrolled.draw(trace, y=y_test[:4])

# %%
# What to notice
# --------------

lstm = trace["lstm"]
print("h at every step ", lstm.h.shape)
print("LSTM returns    ", lstm.outputs[0].shape)
print("returned == last h?", np.array_equal(lstm.outputs[0], lstm.h[:, -1]))
print("model returns   ", model.output_shape, "  y", y.shape)
print("LSTM weights    ", lstm.weights.formula)
print("Dense weights   ", trace["dense"].weights.formula)

# %%
# - The LSTM computes ``h`` at every step. With ``return_sequences=False``, the default, it returns
#   only the last one; the dashed arrows in the picture are the others, which it computes and then
#   drops. They still matter: each one is carried into the next step.
# - ``units`` is how many values ``h`` has. It has nothing to do with the number of timesteps or the
#   number of features.
# - The formula for the weights, which ``model.summary`` calls parameters, shows the same: 4 parts,
#   three gates and a candidate, each with ``units`` neurons that read the features, the previous
#   ``h`` and a bias. The number of timesteps isn't in it, because every step uses the same weights.
# - The output and ``y`` have the same shape. ``y`` has no axis for timesteps.
#
# What it learned
# ---------------
# Two baselines need no training: the next pressure equals the last one (persistence), or the last
# change repeats.


def in_bar(values):
    return values[:, 0] * std[0] + mean[0]


def error(guess):
    return np.abs(in_bar(guess) - in_bar(y_test)).mean()


predicted = model.predict(x_test, verbose=0)
last, change = x_test[:, -1, :1], x_test[:, -1, :1] - x_test[:, -2, :1]
for name, guess in {
    "LSTM": predicted,
    "last value": last,
    "same change again": last + change,
}.items():
    print(f"mean error of {name:17s} {error(guess):.3f} bar")

hours = np.arange(split, len(readings))[:72]
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.plot(hours, in_bar(y_test)[:72], color="0.65", lw=4, label="measured")
ax.plot(hours, in_bar(last)[:72], ":", color="#b45309", label="last value")
ax.plot(hours, in_bar(predicted)[:72], color="#1d4ed8", label="LSTM")
ax.set(title="Pressure one hour ahead, held-out hours", xlabel="hour", ylabel="pressure (bar)")
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# The usual mistake is a ``y`` with an axis for timesteps, here the pressure at each hour after the
# first. Keras doesn't complain. The mean squared error broadcasts the single output over the five
# labels, and training pulls the output towards their mean.

y_wrong = np.stack([scaled[s + 1 : s + 1 + timesteps, :1] for s in starts])
wrong = keras.models.clone_model(model)
wrong.compile(keras.optimizers.Adam(0.03), "mse")
history = wrong.fit(x_train, y_wrong[:n], epochs=12, verbose=0)
print("output", wrong.output_shape, "but y", y_wrong.shape, "-> no error")
print(f"loss falls from {history.history['loss'][0]:.2f} to {history.history['loss'][-1]:.2f}")
guess = wrong.predict(x_test, verbose=0)
print(f"mean error for the next hour      {error(guess):.3f} bar")
print(
    "distance to the five labels' mean "
    f"{np.abs(guess - y_wrong[n:].mean(axis=1)).mean() * std[0]:.3f} bar"
)
print("the last label alone is the right y:", np.array_equal(y_wrong[:, -1], y))

# %%
# The picture shows this before you train: four labels have no output to be compared with.

unrolled.draw(wrong, x_test[:4], y_wrong[n:][:4])

# %%
# Related
# -------
# - One label per timestep is the next case:
#   :ref:`many to many <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
# - How to get from a table to ``x`` and ``y``: :doc:`/shape-your-data`.
# - Names for every part of the picture: :doc:`/diagram`.
