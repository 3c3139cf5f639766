"""
Convolution in front
====================

A ``Conv1D`` and a pooling layer in front of an LSTM shorten the series. How many timesteps are
left, and which hours does each of them cover?

A kernel of length k fits in k − 1 fewer positions than there are steps, and pooling by 2 halves the
rest.

.. first-picture::

   Twelve hours become five steps. Follow the lines down from a column to the hours that it covers.

- Each step of ``Conv1D`` reads three neighbouring hours, and each step of the pooling layer reads
  two steps of ``Conv1D``.
- The filters of ``Conv1D`` are the features of the LSTM, and its weight formula counts them as
  features.
- A step of the LSTM is no longer an hour: its ``h`` at ``t = 0`` already knows the first four.
"""

# %%
# The data
# --------
# Each sample is a window of twelve hours; its label is the pressure three hours later.

import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

tank = unrolled.example_data.simulate_tanks(tanks=1, hours=600)
readings, split = tank.readings[0], 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = dict(zip(tank.features, ((readings - mean) / std).T, strict=True))
windows = unrolled.windows(scaled, timesteps=12, horizon=3, targets="pressure (bar)")
train, test = windows.split(split / len(readings))
print("train: x", train.x.shape, "y", train.y.shape)

# %%
# The model
# ---------


def build(*in_front, name, **arguments):
    keras.utils.set_random_seed(1)
    above = [keras.layers.LSTM(4, name="lstm", **arguments), keras.layers.Dense(1, name="dense")]
    model = keras.Sequential([keras.Input((12, 2)), *in_front, *above], name=name)
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


def convolution(**arguments):
    return keras.layers.Conv1D(4, kernel_size=3, activation="relu", name="conv", **arguments)


pooling = keras.layers.MaxPooling1D(2, name="pooling")
model = build(convolution(), pooling, name="convolution_in_front")
model.fit(train.x, train.y, epochs=20, verbose=0)
unrolled.draw(model, test.x[:4], test.y[:4], max_steps=12)

# %%
# ``padding`` decides how many steps are left and what they know. With ``"causal"`` all zeros are at
# the start, and no step knows the hours after it:

series = np.zeros((1, 12, 2), "float32")
series[0, 5] = 1  # hour 5 alone is not zero
for padding in ("valid", "same", "causal"):
    layer = convolution(padding=padding, use_bias=False, kernel_initializer="ones")
    seen = np.flatnonzero(np.asarray(layer(series))[0, :, 0])
    print(f"padding={padding!r:9s} {layer(series).shape[1]:2d} steps, hour 5 is read at t =", *seen)

# %%
# What it learned
# ---------------
# Fewer steps mean less work but less detail: max pooling forgets which step a value came from.

alone = build(name="LSTM_alone")
alone.fit(train.x, train.y, epochs=20, verbose=0)
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.plot(test.y[:72] * std[0] + mean[0], color="0.65", lw=4, label="measured")
for each, colour in ((alone, "#b45309"), (model, "#1d4ed8")):
    guess = each.predict(test.x, verbose=0)
    print(f"{each.name:20s} mean error {np.abs(guess - test.y).mean() * std[0]:.3f} bar")
    ax.plot(guess[:72] * std[0] + mean[0], color=colour, label=each.name)
ax.set(title="Pressure three hours ahead, held-out hours", xlabel="hour", ylabel="pressure (bar)")
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# With one label for each hour the shapes don't match: there are fewer outputs than labels.
# ``padding="causal"`` keeps all steps, so the labels fit again. After pooling they don't.

per_hour = build(convolution(), name="one_label_per_hour", return_sequences=True)
try:
    per_hour.evaluate(test.x[:4], test.x[:4, :, :1], verbose=0)
except Exception as error:
    print(type(error).__name__, textwrap.fill(str(error).split("\n")[0], 90), sep=": ")
unrolled.draw(per_hour, test.x[:4], test.x[:4, :, :1], max_steps=12)

# %%
# Related
# -------
# - One label per step:
#   :ref:`many to many <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
