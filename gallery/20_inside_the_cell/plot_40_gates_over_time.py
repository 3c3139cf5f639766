"""
Gates over time
===============

The gates are supposed to write, keep and release information. Do they, and how can you tell?

A small LSTM learns to remember one number. Its gates show when it writes: they change at the hour
where that number comes.

.. first-picture::

   One panel for each gate, a row for each unit, and the input below. Look at the hour where the
   second feature is 1: the model must remember that number.

- What is written is large at that hour and small elsewhere. The gate i, the candidate or both can
  do it: the gates have names, but nobody gives them a task.
- The forget gate is lower at that hour: the layer drops part of the old ``c``.
- Elsewhere f isn't quite 1, so what ``c`` keeps shrinks with every hour.
"""

# %%
# The data
# --------
# Feature 0 is a number at every hour; feature 1 is 1 at the hour whose number the model must
# remember, and 0 elsewhere. The task is made up, so you know when the layer has to write.

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

# %%
# The model
# ---------

keras.utils.set_random_seed(2)
lstm, dense = keras.layers.LSTM(3, name="lstm"), keras.layers.Dense(1, name="dense")
model = keras.Sequential([keras.Input((timesteps, 2)), lstm, dense], name="setting")
model.compile(keras.optimizers.Adam(0.03), "mse")
untrained = unrolled.trace(model, x[n:])["lstm"]
model.fit(x[:n], y[:n], epochs=30, batch_size=64, verbose=0)
trace = unrolled.trace(model, x[n:])
lstm = trace["lstm"]
unrolled.plot_gates(lstm)

# %%
# One sample proves little. Here are the means over all held-out samples. What is written is i times
# the size of the candidate:

asked = x[n:, :, 1] == 1
for name, call in {"untrained": untrained, "trained": lstm}.items():
    written = np.abs(call.gates["i"] * call.gates["c"])
    for gate, values in {"written": written, "f": call.gates["f"], "o": call.gates["o"]}.items():
        there, elsewhere = values[asked].mean(axis=0).round(2), values[~asked].mean(axis=0).round(2)
        print(f"{name:9s} {gate:7s} for each unit: at that hour", there, "elsewhere", elsewhere)

# %%
# What it learned
# ---------------
# ``c`` changes at that hour and then keeps its value:

error = np.abs(trace.outputs[0] - y[n:]).mean()
print(f"mean error of the output {error:.3f}, of always 0 {np.abs(y[n:]).mean():.3f}")
unrolled.plot_states(lstm)

# %%
# In the diagram each column shows ``h``, the part of ``c`` that o lets out.

unrolled.draw(model, x[n : n + 3], y[n : n + 3], max_steps=timesteps)

# %%
# What goes wrong
# ---------------
# A gate that is near 0 or 1 for all samples and hours has become a constant: its sigmoid has no
# slope left to learn from. Unscaled data take it there:

large = unrolled.trace(model, x[n:] * 100)["lstm"]
for name, call in {"as trained": lstm, "100 times as large": large}.items():
    stuck = {gate: np.mean((call.gates[gate] < 0.01) | (call.gates[gate] > 0.99)) for gate in "ifo"}
    shares = [f"{gate} {share:.0%}" for gate, share in stuck.items()]
    print(f"{name:18s} within 0.01 of 0 or 1:", *shares)

# %%
# A ``SimpleRNN`` has no gates, so ``plot_gates`` raises an error:

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
