"""
How far back
============

A window may have many timesteps, but which of them does the output depend on? The gradient of the
output with respect to each step shows it. How does it differ between an LSTM and a SimpleRNN, and
what does training change?
"""

# %%
# A day and the hours after it
# ----------------------------
# Each sample is a window of 24 hours of a tank's pressure and temperature; the label is the
# pressure six hours later. The last quarter of the hours is held out.

import keras
import numpy as np

import unrolled

readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
timesteps, horizon, split = 24, 6, 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = (readings - mean) / std
ends = np.arange(timesteps, len(scaled) - horizon + 1)
x = np.stack([scaled[end - timesteps : end] for end in ends])
n = split - timesteps - horizon + 1  # windows whose label is older than the split


def labels(horizon):
    return scaled[ends + horizon - 1, :1]


def build(cls, horizon=horizon, epochs=15):
    keras.utils.set_random_seed(1)
    layers = [
        keras.Input((timesteps, 2), name="x"),
        cls(8, name="layer"),
        keras.layers.Dense(1, name="dense"),
    ]
    model = keras.Sequential(layers, name=cls.__name__.lower())
    model.compile(keras.optimizers.Adam(0.02), "mse")
    if epochs:
        model.fit(x[:n], labels(horizon)[:n], epochs=epochs, batch_size=64, verbose=0)
    return model


print("x", x.shape, "y", labels(horizon).shape)

# %%
# Plotted
# -------
# Each bar shows how much the output changes when you nudge that hour's reading (the size of the
# gradient). The dark bars, counted back from the last hour, make up most of the total.

lstm = build(keras.layers.LSTM)
remembered = unrolled.sensitivity(lstm, x[n:])
unrolled.plot_sensitivity(remembered)

# %%
# Here is the same for a SimpleRNN with the same number of units:

simple = build(keras.layers.SimpleRNN)
faded = unrolled.sensitivity(simple, x[n:])
unrolled.plot_sensitivity(faded)

# %%
# What to notice
# --------------
# The plots show one window; here are the numbers over all held-out windows:

print(remembered, faded, sep="\n")
print()
for name, model, memory in (("LSTM", lstm, remembered), ("SimpleRNN", simple, faded)):
    share = memory["x"].share.reshape(-1, 4, 6).sum(axis=2).mean(axis=0)
    error = np.abs(model.predict(x[n:], verbose=0) - labels(horizon)[n:]).mean() * std[0]
    print(
        f"{name:9s} share of each quarter of the day",
        share.round(2),
        f" mean error {error:.3f} bar",
    )

# %%
# - Each step back multiplies the gradient by how strongly one state depends on the previous one. If
#   that is mostly below one, little is left after many steps.
# - In a SimpleRNN the way back goes through the recurrent kernel and the slope of tanh at every
#   step. An LSTM also has a second way, along ``c``, where the factor is the forget gate.
# - The result doesn't depend on the kind of cell alone. It depends on these weights and these
#   readings.
#
# What training changes
# ---------------------
# How far back the same layer looks depends on what you train it for. To predict the pressure one
# hour ahead it needs fewer hours than for six hours ahead:

models = {
    "untrained": build(keras.layers.LSTM, epochs=0),
    "1 hour ahead": build(keras.layers.LSTM, horizon=1),
    "6 hours ahead": lstm,
}
for name, model in models.items():
    back = unrolled.sensitivity(model, x[n:])["x"].reach()
    print(
        f"LSTM, {name:13s} 90% come from the last {np.median(back):.0f} hours "
        "(median of the windows)"
    )

# %%
# Here is the model in a diagram:

unrolled.draw(lstm, x[n : n + 3], labels(horizon)[n : n + 3])

# %%
# What goes wrong
# ---------------
# A step that hardly moves the output is hardly learned. Here the label is the first of 30 numbers,
# and the others say nothing about it. In the untrained LSTM almost no gradient comes from that
# step, and after the first epochs the loss is still about the same as for always predicting the
# mean:

noise = np.random.default_rng(0).uniform(-1, 1, (1500, 30, 1)).astype("float32")
keras.utils.set_random_seed(1)
late = keras.Sequential(
    [keras.Input((30, 1), name="x"), keras.layers.LSTM(8, name="layer"), keras.layers.Dense(1)]
)
late.compile(keras.optimizers.Adam(0.02), "mse")
strength = unrolled.sensitivity(late, noise[:100])["x"].strength.mean(axis=0)
print(f"before training: last step {strength[-1]:.5f}, first step {strength[0]:.5f}")
history = late.fit(noise, noise[:, 0], epochs=6, batch_size=64, verbose=0).history["loss"]
print(f"loss {history[0]:.3f} -> {history[-1]:.3f}, of always the mean {noise[:, 0].var():.3f}")

# %%
# A small bar doesn't mean that the layer forgot the step. The gradient is a slope: a state at the
# flat end of tanh may hold something from long ago, and yet hardly move when you nudge it.
#
# Related
# -------
# - What the gates do at the same time: :ref:`gates over time
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_40_gates_over_time.py>`.
# - States that outlive the window: :ref:`stateful
#   <sphx_glr_auto_gallery_10_data_flow_plot_30_stateful.py>`.
