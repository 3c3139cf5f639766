"""
One step of an LSTM
===================

Which numbers meet which in one step of an LSTM, in what order, and can you compute the result by
hand?

An LSTM computes three gates and a candidate from the features of the step and the previous ``h``,
and from them a new ``c`` and ``h``.

.. first-picture::

   The state comes in from the left and leaves to the right; the features come from below. A column
   of squares is one gate, with a value for each unit.

- The gates i, f and o end in a sigmoid and are between 0 and 1: each controls how much of something
  passes. The candidate ends in tanh and is between −1 and 1: it is what could be written.
- ``c`` changes in only two ways: it is multiplied by f, and i times the candidate is added. There
  is no weight between one ``c`` and the next.
- The gates read ``h``, not ``c``. The other units see what a unit keeps in ``c`` only when o lets
  it out.
- Unit k of a gate acts on unit k of ``c``. Only the sums mix the units.
"""

# %%
# The data
# --------
# This is the model of :ref:`many to one
# <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`: it reads windows of five hours of
# pressure and temperature, and predicts the pressure one hour later.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
tank = unrolled.example_data.simulate_tanks(tanks=1, hours=600)
readings = tank.readings[0]
scaled = (readings - readings.mean(axis=0)) / readings.std(axis=0)
windows = unrolled.windows(scaled, timesteps=5, targets=0)

# %%
# The model
# ---------

model = keras.Sequential(
    [keras.Input((5, 2)), keras.layers.LSTM(3, name="lstm"), keras.layers.Dense(1, name="dense")],
    name="many_to_one",
)
model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(windows.x, windows.y, epochs=15, verbose=0)
trace = unrolled.trace(model, windows.x[100:103])
lstm, t = trace["lstm"], 2
unrolled.draw_cell(lstm, t)

# %%
# Every unit of a gate is a small neuron. Here are its sums: each feature times a weight of the
# kernel, each value of the previous ``h`` times a weight of the recurrent kernel, and a bias.

unrolled.draw_cell(lstm, t, unit=1)

# %%
# In the diagram of the model the step is one column: its squares are the new ``h``.

unrolled.draw(trace, y=windows.y[100:103])

# %%
# By hand
# -------
# Here is the same step with NumPy. Keras keeps the weights of the three gates and the candidate
# side by side in one array, in the order i, f, c, o, so one multiplication computes all four.


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def step(features, h, c, order="ifco"):
    kernel, recurrent_kernel, bias = model.get_layer("lstm").get_weights()
    total = features @ kernel + h @ recurrent_kernel + bias
    gate = dict(zip(order, np.split(total, 4), strict=True))
    c = sigmoid(gate["f"]) * c + sigmoid(gate["i"]) * np.tanh(gate["c"])
    return sigmoid(gate["o"]) * np.tanh(c), c


h = c = np.zeros(3, "float32")
for time, features in enumerate(lstm.x[0]):
    h, c = step(features, h, c)
    print(f"h at t={time}", h.round(3), "as traced:", np.allclose(h, lstm.h[0, time], atol=1e-6))

# %%
# What goes wrong
# ---------------
# The usual mistake is the order of the four parts. Many texts use a different one; the arrays have
# the same shape, so nothing raises an error, and only the numbers differ.

for order in ("ifco", "ifoc", "fico"):
    h, _ = step(lstm.x[0, t], lstm.h[0, t - 1], lstm.c[0, t - 1], order)
    same = np.allclose(h, lstm.h[0, t], atol=1e-6)
    print(f"order {', '.join(order)}:", h.round(3), "as traced:", same)

# %%
# Related
# -------
# - A cell with one state:
#   :ref:`one step of a GRU <sphx_glr_auto_gallery_20_inside_the_cell_plot_20_one_gru_step.py>`.
# - The arrays behind the sums:
#   :ref:`weights <sphx_glr_auto_gallery_20_inside_the_cell_plot_30_weights.py>`.
