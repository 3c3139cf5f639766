"""
One step of an LSTM
===================

Which numbers meet which in one step of an LSTM, in what order, and can you compute the result by
hand?

An LSTM makes four gates from the features of the step and from its previous ``h``, and a new ``c``
and ``h`` from the gates.

.. first-picture::

   The state comes in from the left and leaves to the right; the features come from below. A column
   of squares is one gate, with a value for each unit.

- The gates i, f and o end in a sigmoid, between 0 and 1: how much of something passes. The
  candidate ends in tanh, between −1 and 1: what could be written.
- ``c`` changes in two ways only: it is multiplied by f, and i times the candidate is added. No
  weight is between one ``c`` and the next.
- The gates read ``h``, not ``c``. What a unit keeps in ``c``, the others learn only when o lets it
  out.
- Unit k of a gate acts on unit k of ``c``. Units are mixed in the sums alone.
"""

# %%
# The data
# --------
# The model of :ref:`many to one <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`:
# windows of five hours of pressure and temperature, and the pressure one hour later.

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
# The same step with NumPy. Keras keeps the weights of the four gates side by side in one array, in
# the order i, f, c, o, so that one multiplication makes all of them.


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
# The order of the four parts. Many texts name the gates in a different one; with arrays of the same
# shape nothing is raised, and only the numbers differ.

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
