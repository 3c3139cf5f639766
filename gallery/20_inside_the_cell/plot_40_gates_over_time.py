"""
Gates over time
===============

The gates are supposed to write, keep and release information. Do they, and how can you tell? A
small LSTM learns to remember one number, and we plot its gates and states step by step.
"""

# %%
# Remember one number
# -------------------
# At one of the first hours a tank gets a setting, and after the last hour the model must return it.
# Feature 0 is a number at every hour; feature 1 is 1 at the hour where that number is the setting,
# and 0 elsewhere. The model should ignore all other numbers. The task is made up, so you know when
# the layer has to write.

import textwrap

import keras
import numpy as np

import unrolled

rng = np.random.default_rng(0)
samples, timesteps, n = 1500, 12, 1200  # those after the first n are held out
x = np.zeros((samples, timesteps, 2), "float32")
x[:, :, 0] = rng.uniform(-1, 1, (samples, timesteps))
hour = rng.integers(1, 6, samples)
x[np.arange(samples), hour, 1] = 1
y = x[np.arange(samples), hour, :1]
print("x", x.shape, "y", y.shape)
print("sample 0, feature 0:", x[0, :, 0].round(2))
print("          feature 1:", x[0, :, 1].astype(int), "-> y", y[0].round(2))

# %%
# The gates, plotted
# ------------------
# There is one panel for each gate, with a row for each unit, and the input below. Look at the hour
# where feature 1 is 1.

keras.utils.set_random_seed(2)
layers = [
    keras.Input((timesteps, 2)),
    keras.layers.LSTM(3, name="lstm"),
    keras.layers.Dense(1, name="dense"),
]
model = keras.Sequential(layers, name="setting")
model.compile(keras.optimizers.Adam(0.03), "mse")
untrained = unrolled.trace(model, x[n:])["lstm"]
model.fit(x[:n], y[:n], epochs=30, batch_size=64, verbose=0)
trace = unrolled.trace(model, x[n:])
lstm = trace["lstm"]
unrolled.plot_gates(lstm)

# %%
# What to notice
# --------------
# One sample proves little. Here are the means over all held-out samples, at the hour of the setting
# and at all others. What is written is i times the size of the candidate:

asked = x[n:, :, 1] == 1
for name, call in {"untrained": untrained, "trained": lstm}.items():
    gates = {
        "written": np.abs(call.gates["i"] * call.gates["c"]),
        "f": call.gates["f"],
        "o": call.gates["o"],
    }
    for gate, values in gates.items():
        there, elsewhere = values[asked].mean(axis=0).round(2), values[~asked].mean(axis=0).round(2)
        print(f"{name:9s} {gate:7s} for each unit: at the setting", there, "elsewhere", elsewhere)

# %%
# - What is written is large at the setting and small elsewhere. i can do that, or the candidate, or
#   both: the gates have names, but nobody gives them a task.
# - The forget gate is low at the setting: the layer drops the old ``c`` when the setting comes.
# - Elsewhere f isn't quite 1, so a ``c`` that is kept shrinks with every hour, unless something is
#   added.
#
# The states
# ----------
# ``c`` changes at the setting and then keeps its value:

unrolled.plot_states(lstm)

# %%
# How well does ``c`` hold the setting? A linear regression looks for it in the three values of
# ``c``, some hours after the setting, or one hour before:

rows = np.arange(samples - n)
for later in (-1, 0, 1, 3, 6):
    c = np.c_[lstm.c[rows, hour[n:] + later], np.ones(len(rows))]
    found = c @ np.linalg.lstsq(c, y[n:], rcond=None)[0]
    print(
        f"{later:2d} hours after the setting: explained by c "
        f"{1 - np.var(found - y[n:]) / y[n:].var():.0%}"
    )
error = np.abs(trace.outputs[0] - y[n:]).mean()
print(f"mean error of the output {error:.3f}, of always 0 {np.abs(y[n:]).mean():.3f}")

# %%
# In the diagram
# --------------
# Each column shows ``h``, the part of ``c`` that o lets out.

unrolled.draw(model, x[n : n + 3], y[n : n + 3], max_steps=timesteps)

# %%
# What goes wrong
# ---------------
# A gate that is near 0 or 1 for all samples and hours has become a constant: its sigmoid has no
# slope left to learn from. Unscaled data are a sure way to get there:

large = unrolled.trace(model, x[n:] * 100)["lstm"]
for name, call in {"as trained": lstm, "100 times as large": large}.items():
    stuck = {gate: np.mean((call.gates[gate] < 0.01) | (call.gates[gate] > 0.99)) for gate in "ifo"}
    print(
        f"{name:18s} within 0.01 of 0 or 1:",
        *(f"{gate} {share:.0%}" for gate, share in stuck.items()),
    )

# %%
# A ``SimpleRNN`` has no gates, so the plot raises an error:

simple = keras.Sequential([keras.Input((timesteps, 2)), keras.layers.SimpleRNN(3, name="simple")])
try:
    unrolled.plot_gates(unrolled.trace(simple)["simple"])
except ValueError as message:
    print(textwrap.fill(str(message), 90))

# %%
# Related
# -------
# - Where one value of a gate comes from:
#   :ref:`one step of an LSTM <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
# - How much each hour reaches the output: :ref:`how far back
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_50_how_far_back.py>`.
