"""
One step of a GRU
=================

A GRU has one state, two gates and a candidate, and Keras can apply one gate, r, in two places. What
is the difference, and which one do you have?

By default r acts after the product with the recurrent kernel.

.. first-picture::

   ``reset_after=True``: the previous ``h`` is multiplied by the recurrent kernel first, and then r
   lets a part of the result through to the candidate.

- There is no ``c``. The layer keeps, returns and reads ``h``.
- For each unit, z decides between the old value and the candidate; no other gate forgets.
- z = 1 keeps ``h`` as it is. Other texts write it the other way round.
- A GRU has three sets of weights, an LSTM has four. So a GRU has fewer weights.
"""

# %%
# The data
# --------
# The model reads five hours of pressure and temperature, and predicts the next pressure.

import re
import textwrap

import keras
import numpy as np

import unrolled

readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
scaled = (readings - readings.mean(axis=0)) / readings.std(axis=0)
windows = unrolled.windows(scaled, timesteps=5, targets=0)

# %%
# The model
# ---------


def build(reset_after):
    keras.utils.set_random_seed(1)
    gru = keras.layers.GRU(3, reset_after=reset_after, name="gru")
    model = keras.Sequential([keras.Input((5, 2)), gru, keras.layers.Dense(1, name="dense")])
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(windows.x, windows.y, epochs=15, verbose=0)
    return model


model, t = build(reset_after=True), 2
trace = unrolled.trace(model, windows.x[100:103])
unrolled.draw_cell(trace["gru"], t)

# %%
# With ``reset_after=False`` r acts on the previous ``h`` itself, before the product:

earlier = build(reset_after=False)
before = unrolled.trace(earlier, windows.x[100:103])
unrolled.draw_cell(before["gru"], t)

# %%
# In the diagram of the model the step is one column, and one arrow, ``h``, leads to the next:

unrolled.draw(trace, y=windows.y[100:103])

# %%
# By hand
# -------
# Here are both ways with NumPy. With ``reset_after=True`` there are two rows of biases: one is
# added to the features' part and the other to the state's part. r multiplies the second one too.


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def step(x, h, layer):
    kernel, recurrent_kernel, bias = layer.get_weights()
    own, recurrent = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    x_z, x_r, x_h = np.split(x @ kernel + own, 3)
    u_z, u_r, u_h = np.split(recurrent_kernel, 3, axis=1)
    b_z, b_r, b_h = np.split(recurrent, 3)
    z, r = sigmoid(x_z + h @ u_z + b_z), sigmoid(x_r + h @ u_r + b_r)
    state = r * (h @ u_h + b_h) if layer.reset_after else (r * h) @ u_h
    return z * h + (1 - z) * np.tanh(x_h + state)


for each, call in ((model, trace["gru"]), (earlier, before["gru"])):
    layer = each.get_layer("gru")
    h = step(call.x[0, t], call.h[0, t - 1], layer)
    print(f"reset_after={layer.reset_after!s:5s} weights {call.weights.formula}", end=" ")
    print("h", h.round(3), "as traced:", np.allclose(h, call.h[0, t], atol=1e-6))

# %%
# What goes wrong
# ---------------
# The weights of one kind don't fit into the other, because the biases differ in shape.

try:
    earlier.set_weights(model.get_weights())
except ValueError as error:
    print(textwrap.fill(re.sub(r"\x1b\[\d+m", "", str(error)).split(" Weight ")[0], 90))

# %%
# Related
# -------
# - A cell with two states:
#   :ref:`one step of an LSTM <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
