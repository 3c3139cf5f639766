"""
One step of a GRU
=================

A GRU has one state, two gates and a candidate. One gate, r, acts before the candidate is done, and
Keras can apply it in two places. What is the difference, and which one does your layer use?
"""

# %%
# A trained layer
# ---------------
# The model reads windows of five hours of pressure and temperature, and predicts the pressure one
# hour later.

import re
import textwrap

import keras
import numpy as np

import unrolled

readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
scaled = (readings - readings.mean(axis=0)) / readings.std(axis=0)
x = np.stack([scaled[start : start + 5] for start in range(len(scaled) - 5)])
y = scaled[5:, :1]


def build(reset_after):
    keras.utils.set_random_seed(1)
    gru = keras.layers.GRU(3, reset_after=reset_after, name="gru")
    model = keras.Sequential(
        [keras.Input((5, 2)), gru, keras.layers.Dense(1, name="dense")], name="gru_model"
    )
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(x, y, epochs=15, verbose=0)
    return model


model = build(reset_after=True)
trace = unrolled.trace(model, x[100:103])
after = trace["gru"]

# %%
# Reset after the product
# -----------------------
# This is the default. The previous ``h`` is multiplied by the recurrent kernel first; then r lets a
# part of the result, including its bias, through to the candidate.

t = 2
unrolled.draw_cell(after, t)

# %%
# Reset before the product
# ------------------------
# With ``reset_after=False`` r acts on the previous ``h`` itself, and what is left is multiplied by
# the recurrent kernel.

earlier = build(reset_after=False)
before = unrolled.trace(earlier, x[100:103])["gru"]
unrolled.draw_cell(before, t)

# %%
# By hand
# -------
# Here are both ways with NumPy. With ``reset_after=True`` there are two rows of biases: one is
# added to the features' part and the other to the state's part. r multiplies the second one too.


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def step(call, t, layer):
    kernel, recurrent_kernel, bias = layer.get_weights()
    own, recurrent = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    x_z, x_r, x_h = np.split(call.x[0, t] @ kernel + own, 3)
    u_z, u_r, u_h = np.split(recurrent_kernel, 3, axis=1)
    b_z, b_r, b_h = np.split(recurrent, 3)
    h = call.h[0, t - 1]
    z, r = sigmoid(x_z + h @ u_z + b_z), sigmoid(x_r + h @ u_r + b_r)
    state = r * (h @ u_h + b_h) if layer.reset_after else (r * h) @ u_h
    candidate = np.tanh(x_h + state)
    return z * h + (1 - z) * candidate


for name, call, each in (
    ("reset_after=True", after, model),
    ("reset_after=False", before, earlier),
):
    h = step(call, t, each.get_layer("gru"))
    print(f"{name:17s} h", h.round(3), "as traced:", np.allclose(h, call.h[0, t], atol=1e-6))
    print(f"{'':17s} bias {call.weights.shapes[-1][1]},", call.weights.formula, "weights")

# %%
# What to notice
# --------------
# - There is no ``c``. The layer keeps, returns and reads ``h``.
# - For each unit, z decides between the old value and the candidate; there is no separate gate for
#   forgetting.
# - z = 1 keeps ``h`` as it is. Other texts write it the other way round: there z = 1 takes the
#   candidate.
# - An LSTM with the same number of units has four sets of weights; a GRU has three, so it has fewer
#   weights:

for cls in (keras.layers.LSTM, keras.layers.GRU):
    small = keras.Sequential([keras.Input((5, 2)), cls(3, name="layer")])
    print(f"{cls.__name__:4s}", unrolled.trace(small, x[:1])["layer"].weights.formula)

# %%
# Here is one unit, with its sums written out:

unrolled.draw_cell(after, t, unit=1)

# %%
# In the diagram of the model the step is one column. One arrow, ``h``, leads from each column to
# the next:

unrolled.draw(trace, y=y[100:103])

# %%
# What goes wrong
# ---------------
# The weights of one kind don't fit into the other, because the biases differ in shape:

try:
    earlier.set_weights(model.get_weights())
except ValueError as error:
    print(textwrap.fill(re.sub(r"\x1b\[\d+m", "", str(error)).split(" Weight ")[0], 90))

# %%
# If you add the two rows of biases, the weights fit, but the outputs still differ, because r acts
# in a different place. So build the layer with the same ``reset_after`` as the one whose weights
# you load:

kernel, recurrent_kernel, bias, *dense = model.get_weights()
earlier.set_weights([kernel, recurrent_kernel, bias.sum(axis=0), *dense])
difference = np.abs(earlier.predict(x, verbose=0) - model.predict(x, verbose=0))
print(f"largest difference between the outputs: {difference.max():.3f}")

# %%
# Related
# -------
# - A cell with two states:
#   :ref:`one step of an LSTM <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
# - The two rows of biases, drawn: :ref:`weights
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_30_weights.py>`.
