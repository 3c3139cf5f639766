"""
One step of an LSTM
===================

At every timestep an LSTM makes four gates from the features of the step and from its last ``h``,
and a new ``c`` and ``h`` from the gates. Which numbers meet which, in what order, and can the
result be computed by hand?
"""

# %%
# A trained layer
# ---------------
# The model of :ref:`many to one <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`:
# windows of five hours of pressure and temperature, and the pressure one hour later.

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
# The state comes in from the left and goes on to the right, the features come from below. A column
# of squares is one gate with a value for each unit.

t = 2
unrolled.draw_cell(lstm, t)

# %%
# One unit
# --------
# Every unit of a gate is a small neuron of its own. Written out are its sums: each feature times a
# weight of the kernel, each value of the last ``h`` times a weight of the recurrent kernel, and a
# bias. The numbers shown are rounded; those that are computed with are not.

unrolled.draw_cell(lstm, t, unit=1)

# %%
# By hand
# -------
# The same step with NumPy. Keras keeps the weights of the four gates side by side in one array, in
# the order i, f, c, o, so that one multiplication makes all of them:


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
# - The gates i, f and o end in a sigmoid and lie between 0 and 1: each says how much of something
#   passes. The candidate ends in tanh and lies between -1 and 1: it is what could be written.
# - ``c`` is changed in two ways only. It is multiplied by f, and i times the candidate is added. No
#   weight stands between one ``c`` and the next.
# - The gates read ``h``, not ``c``. What a unit keeps in ``c`` the other units learn only when o
#   lets it out.
# - Every gate has as many values as there are units, and unit k of a gate acts on unit k of ``c``.
#   Units are mixed in the sums alone.
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
# Where the step stands
# ---------------------
# In the diagram of the model the step is one column: its squares are the ``h`` that was just made.

unrolled.draw(trace, y=y[100:103])

# %%
# What goes wrong
# ---------------
# The order of the four parts. Many a text names the gates in another one; with arrays of the same
# shape nothing is raised, and only the numbers differ. The same holds for taking the ``h`` of the
# step instead of the one before:

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
