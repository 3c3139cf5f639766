"""
Many to one
===========

What shape must ``x`` and ``y`` have, what does ``units`` mean, and what happens to the steps before
the last one?

An LSTM reads a window step by step. By default it returns what it holds after the last step: one
vector, which ``Dense`` turns into one value.

.. first-picture::

   Five hours of two sensors go in, and one value comes out, below its label. Read each column from
   the bottom up.

- The LSTM computes ``h`` at every step and returns only the last one. The dashed arrows are the
  others: you don't get them, but each is carried into the next step.
- ``units`` is how many values ``h`` has. It has nothing to do with the number of timesteps or the
  number of features.
- ``y`` has the shape of the output: ``(batch, targets)``, without an axis for timesteps.
"""

# %%
# The data
# --------
# A water tank reports pressure and temperature every hour. Each sample is a window of five hours;
# its label is the pressure of the next hour. You hold out the last quarter of the hours and take
# the scale from the hours before it, so that no future leaks into the training data.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
tank = unrolled.example_data.simulate_tanks(tanks=1, hours=600)
readings, split = tank.readings[0], 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = dict(zip(tank.features, ((readings - mean) / std).T, strict=True))
windows = unrolled.windows(scaled, timesteps=5, targets="pressure (bar)")
train, test = windows.split(split / len(readings))
print("train: x", train.x.shape, "y", train.y.shape)
print("test:  x", test.x.shape, "y", test.y.shape)

# %%
# The model
# ---------

model = keras.Sequential(
    [keras.Input((5, 2)), keras.layers.LSTM(4, name="lstm"), keras.layers.Dense(1, name="dense")],
    name="many_to_one",
)
model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(train.x, train.y, epochs=30, verbose=0)

trace = unrolled.trace(model, test.x[:4])
unrolled.draw(trace, y=test.y[:4])

# %%
# The trace holds what the picture shows. The formula counts the weights: 4 parts, three gates and a
# candidate, each with ``units`` neurons that read the features, the previous ``h`` and a bias. The
# number of timesteps isn't in it, because every step uses the same weights.

lstm = trace["lstm"]
print("h at every step ", lstm.h.shape)
print("LSTM returns    ", lstm.outputs[0].shape)
print("returned == last h?", np.array_equal(lstm.outputs[0], lstm.h[:, -1]))
print("LSTM weights    ", lstm.weights.formula)

# %%
# What it learned
# ---------------
# Compare it with a forecast that needs no training, persistence: the next pressure is the last one.

guesses = {"last value": test.x[:, -1, :1], "LSTM": model.predict(test.x, verbose=0)}
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.plot(test.y[:72] * std[0] + mean[0], color="0.65", lw=4, label="measured")
for (name, guess), colour in zip(guesses.items(), ["#b45309", "#1d4ed8"], strict=True):
    print(f"mean error of {name:10s} {np.abs(guess - test.y).mean() * std[0]:.3f} bar")
    ax.plot(guess[:72] * std[0] + mean[0], color=colour, label=name)
ax.set(title="Pressure one hour ahead, held-out hours", xlabel="hour", ylabel="pressure (bar)")
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# The usual mistake is a ``y`` with an axis for timesteps. Keras doesn't complain: the loss compares
# the one output with all five labels, and training pulls the output towards their mean. The picture
# shows this before you train: four labels have no output to be compared with.

wrong = unrolled.windows(scaled, timesteps=5, targets="pressure (bar)", per_step=True)
print("output", model.output_shape, "but y", wrong.y.shape)
unrolled.draw(model, wrong.x[:4], wrong.y[:4])

# %%
# Related
# -------
# - One label per timestep:
#   :ref:`many to many <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
# - From a table to ``x`` and ``y``: :doc:`/shape-your-data`.
# - Names for every part of the picture: :doc:`/diagram`.
