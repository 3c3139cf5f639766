"""
One step of an LSTM
===================

At every timestep an LSTM computes three gates and a candidate from the features of the step and the
previous ``h``, and from them a new ``c`` and ``h``. Which numbers meet which, in what order, and
can you compute the result by hand?
"""

# %%
# A trained layer
# ---------------
# This is the model of :ref:`many to one
# <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`: it reads windows of five hours of
# pressure and temperature, and predicts the pressure one hour later.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
scaled = (readings - readings.mean(axis=0)) / readings.std(axis=0)
x = np.stack([scaled[start : start + 5] for start in range(len(scaled) - 5)])
y = scaled[5:, :1]

model = keras.Sequential(
    [keras.Input((5, 2)), keras.layers.LSTM(3, name="lstm"), keras.layers.Dense(1, name="dense")],
    name="many_to_one",
)
model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(x, y, epochs=15, verbose=0)
trace = unrolled.trace(model, x[100:103])
lstm = trace["lstm"]

# %%
# All units of one step
# ---------------------
# The state comes in from the left and goes out to the right; the features come from below. A column
# of squares is one gate with a value for each unit.

t = 2
unrolled.draw_cell(lstm, t)

# %%
# One unit
# --------
# Every unit of a gate is a small neuron. The picture writes out its sums: each feature times a
# weight of the kernel, each value of the previous ``h`` times a weight of the recurrent kernel, and
# a bias. The numbers shown are rounded; the computation uses the exact ones.

unrolled.draw_cell(lstm, t, unit=1)

# %%
# By hand
# -------
# Here is the same step with NumPy. Keras keeps the weights of the three gates and the candidate
# side by side in one array, in the order i, f, c, o, so one multiplication computes all four:


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def step(features, h, c, order="ifco"):
    kernel, recurrent_kernel, bias = model.get_layer("lstm").get_weights()
    total = features @ kernel + h @ recurrent_kernel + bias
    gate = dict(zip(order, np.split(total, 4), strict=True))
    i, f, o = (sigmoid(gate[name]) for name in "ifo")
    candidate = np.tanh(gate["c"])
    c = f * c + i * candidate
    return o * np.tanh(c), c, {"i": i, "f": f, "c": candidate, "o": o}


features, h_before, c_before = lstm.x[0, t], lstm.h[0, t - 1], lstm.c[0, t - 1]
h, c, gates = step(features, h_before, c_before)
for name, values in gates.items():
    print(
        f"gate {name}",
        values.round(3),
        "as traced:",
        np.allclose(values, lstm.gates[name][0, t], atol=1e-6),
    )
print("new c ", c.round(3), "as traced:", np.allclose(c, lstm.c[0, t], atol=1e-6))
print("new h ", h.round(3), "as traced:", np.allclose(h, lstm.h[0, t], atol=1e-6))

# %%
# What to notice
# --------------
# - The gates i, f and o end in a sigmoid and are between 0 and 1: each controls how much of
#   something passes. The candidate ends in tanh and is between -1 and 1: it is what could be
#   written.
# - ``c`` changes in only two ways: it is multiplied by f, and i times the candidate is added. There
#   is no weight between one ``c`` and the next.
# - The gates read ``h``, not ``c``. The other units see what a unit keeps in ``c`` only when o lets
#   it out.
# - Every gate has as many values as there are units, and unit k of a gate acts on unit k of ``c``.
#   Only the sums mix the units.
#
# Applied step after step, from zeros, these lines are the whole layer:

h = c = np.zeros(3, "float32")
for row in lstm.x[0]:
    h, c, _ = step(row, h, c)
print(
    "h after the last step",
    h.round(3),
    "as returned:",
    np.allclose(h, lstm.outputs[0][0], atol=1e-6),
)

# %%
# Where the step is in the diagram
# --------------------------------
# In the diagram of the model the step is one column: its squares are the new ``h``.

unrolled.draw(trace, y=y[100:103])

# %%
# What goes wrong
# ---------------
# The usual mistake is the order of the four parts. Many texts use a different one; the arrays have
# the same shape, so nothing raises an error, and only the numbers differ. The same happens if you
# take the ``h`` of this step instead of the previous one:

for order in ("ifco", "ifoc", "fico"):
    h, _, _ = step(features, h_before, c_before, order)
    print(
        f"order {', '.join(order)}:",
        h.round(3),
        "as traced:",
        np.allclose(h, lstm.h[0, t], atol=1e-6),
    )
h, _, _ = step(features, lstm.h[0, t], lstm.c[0, t])
print("same step's h and c:", h.round(3), "as traced:", np.allclose(h, lstm.h[0, t], atol=1e-6))

# %%
# Related
# -------
# - A cell with one state: :ref:`one step of a GRU
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_20_one_gru_step.py>`.
# - The arrays behind the sums: :ref:`weights
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_30_weights.py>`.
# - The equations: :doc:`/diagram`.
