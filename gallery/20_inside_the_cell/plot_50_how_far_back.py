"""
How far back
============

A window may have many timesteps, but which of them does the output depend on? How does it differ
between an LSTM and a SimpleRNN?

The gradient of the output with respect to each step shows it.

.. first-picture::

   Each bar shows how much the output changes when you nudge that hour's reading (the size of the
   gradient). The dark bars, counted back from the last hour, make up most of the total.

- Each step back multiplies the gradient by how strongly one state depends on the previous one. If
  that is mostly below 1, little is left after many steps.
- In a SimpleRNN the way back goes through the recurrent kernel and the slope of tanh. An LSTM has
  a second way, along ``c``, where the factor is the forget gate.
- The result doesn't depend on the kind of cell alone. It depends on these weights and these
  readings.
"""

# %%
# The data
# --------
# Each sample is a window of 24 hours; the label is the pressure six hours later.

import keras
import numpy as np

import unrolled

tank = unrolled.example_data.simulate_tanks(tanks=1, hours=600)
readings, split = tank.readings[0], 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = dict(zip(tank.features, ((readings - mean) / std).T, strict=True))


def cut(horizon):
    windows = unrolled.windows(scaled, timesteps=24, horizon=horizon, targets="pressure (bar)")
    return windows.split(split / len(readings))


train, test = cut(horizon=6)
print("train: x", train.x.shape, "y", train.y.shape)

# %%
# The model
# ---------


def build(cls, data=train):
    keras.utils.set_random_seed(1)
    layers = [keras.Input((24, 2), name="x"), cls(8, name="layer"), keras.layers.Dense(1)]
    model = keras.Sequential(layers, name=cls.__name__.lower())
    model.compile(keras.optimizers.Adam(0.02), "mse")
    model.fit(data.x, data.y, epochs=15, batch_size=64, verbose=0)
    return model


lstm = build(keras.layers.LSTM)
remembered = unrolled.sensitivity(lstm, test.x)
unrolled.plot_sensitivity(remembered)

# %%
# Here is the same for a SimpleRNN with the same number of units:

simple = build(keras.layers.SimpleRNN)
faded = unrolled.sensitivity(simple, test.x)
unrolled.plot_sensitivity(faded)

# %%
# The plots show one window; here are the numbers over all held-out windows:

for name, model, memory in (("LSTM", lstm, remembered), ("SimpleRNN", simple, faded)):
    share = memory["x"].share.reshape(-1, 4, 6).sum(axis=2).mean(axis=0)
    error = np.abs(model.predict(test.x, verbose=0) - test.y).mean() * std[0]
    print(f"{name:9s} share of each quarter of the day", share.round(2), end=" ")
    print(f"mean error {error:.3f} bar")

# %%
# What it learned
# ---------------
# How far back a layer looks depends on what you train it for. To predict the pressure one hour
# ahead it needs fewer hours than for six hours ahead:

near = build(keras.layers.LSTM, data=cut(horizon=1)[0])
for name, model in {"1 hour ahead": near, "6 hours ahead": lstm}.items():
    back = unrolled.sensitivity(model, test.x)["x"].reach()
    print(f"{name:13s} 90% come from the last {np.median(back):.0f} hours (median)")
unrolled.draw(lstm, test.x[:3], test.y[:3])

# %%
# What goes wrong
# ---------------
# A step that hardly moves the output is hardly learned. Here the label is the first of 30 numbers,
# and after the first epochs the loss is still about the same as for always predicting the mean:

noise = np.random.default_rng(0).uniform(-1, 1, (1500, 30, 1)).astype("float32")
keras.utils.set_random_seed(1)
late = keras.Sequential([keras.Input((30, 1)), keras.layers.LSTM(8), keras.layers.Dense(1)])
late.compile(keras.optimizers.Adam(0.02), "mse")
history = late.fit(noise, noise[:, 0], epochs=6, batch_size=64, verbose=0).history["loss"]
print(f"loss {history[0]:.3f} -> {history[-1]:.3f}, of always the mean {noise[:, 0].var():.3f}")

# %%
# Related
# -------
# - What the gates do at the same time: :ref:`gates over time
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_40_gates_over_time.py>`.
