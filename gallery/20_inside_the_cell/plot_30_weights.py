"""
Weights
=======

``model.summary`` shows how many weights a recurrent layer has, and calls them parameters. Where
does the number come from, what are the three arrays of ``get_weights``, and which columns belong to
which gate?
"""

# %%
# Three arrays
# ------------
# Each unit of each gate reads all features (kernel) and all values of the previous ``h`` (recurrent
# kernel), and has a bias. The formula counts them gate by gate.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
scaled = (readings - readings.mean(axis=0)) / readings.std(axis=0)
x = np.stack([scaled[start : start + 5] for start in range(len(scaled) - 5)])
y = scaled[5:, :1]


def build(layer, timesteps=5, features=2):
    return keras.Sequential(
        [keras.Input((timesteps, features)), layer, keras.layers.Dense(1, name="dense")]
    )


model = build(keras.layers.LSTM(4, name="lstm"))
trace = unrolled.trace(model, x[:3])
weights = trace["lstm"].weights
for name, shape in weights.shapes:
    print(f"{name:16s} {shape!s:8s} = {np.prod(shape):3d}")
print(weights)

# %%
# Here they are before training, drawn to scale. Each gate is one strip of columns from top to
# bottom. The kernels begin with small random values and the biases with zeros, except for those of
# the forget gate:

unrolled.plot_weights(trace["lstm"])

# %%
# What to notice
# --------------
# - ``unit_forget_bias=True``, the default, makes the biases of f begin as ones. The sigmoid of 1 is
#   well above a half, so an untrained LSTM keeps the larger part of ``c`` at every step.
# - The number of timesteps isn't in the formula, because all steps use the same weights. Features
#   and units are:

variants = {
    "as above": build(keras.layers.LSTM(4, name="layer")),
    "50 timesteps": build(keras.layers.LSTM(4, name="layer"), timesteps=50),
    "3 features": build(keras.layers.LSTM(4, name="layer"), features=3),
    "8 units": build(keras.layers.LSTM(8, name="layer")),
    "use_bias=False": build(keras.layers.LSTM(4, use_bias=False, name="layer")),
    "GRU": build(keras.layers.GRU(4, name="layer")),
    "SimpleRNN": build(keras.layers.SimpleRNN(4, name="layer")),
}
for name, variant in variants.items():
    print(f"{name:15s}", unrolled.trace(variant)["layer"].weights.formula)

# %%
# - Twice the units need more than twice the weights, because the recurrent kernel grows with their
#   square.
#
# In a diagram the formula is beside the layer:

unrolled.draw(trace, y=y[:3])

# %%
# After training
# --------------


def train(model):
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(x, y, epochs=15, verbose=0)
    return unrolled.trace(model, x[:3])


trained = train(model)["lstm"]
print("the forget biases before:", weights.bias["f"])
print("the forget biases now:   ", trained.weights.bias["f"].round(2))
unrolled.plot_weights(trained)

# %%
# The two rows of a GRU
# ---------------------
# A GRU with ``reset_after=True``, the default, has two biases for each gate: one for the features'
# part and one for the state's part. For z and r only their sum counts, so both rows get the same
# gradient and stay alike. For the candidate, r acts between them.

gru = train(variants["GRU"])["layer"]
print("bias", gru.weights.shapes[-1][1])
for name, (row_x, row_h) in gru.weights.bias.items():
    print(
        f"{name}: input {row_x.round(2)}, recurrent {row_h.round(2)}, "
        f"alike: {np.allclose(row_x, row_h, atol=1e-4)}"
    )
unrolled.plot_weights(gru)

# %%
# What goes wrong
# ---------------
# Weights fit only a layer with the same features and units. Keras copies them into a model for
# longer windows without a word, and refuses them if the number of features is wrong:

longer = build(keras.layers.LSTM(4, name="lstm"), timesteps=50)
longer.set_weights(model.get_weights())
print("50 timesteps:", longer.count_params(), "weights, set")
wider = build(keras.layers.LSTM(4, name="lstm"), features=3)
try:
    wider.set_weights(model.get_weights())
except ValueError as error:
    print("3 features:  ", str(error).split(". ")[0])

# %%
# Most mistakes happen when you cut the arrays by hand: each gate has ``units`` columns next to each
# other, not one column in four.

kernel = model.get_weights()[0]
print(
    "columns 4 to 8 are the forget gate:",
    np.array_equal(kernel[:, 4:8], trained.weights.kernel["f"]),
)
print(
    "every fourth column is not:        ",
    np.array_equal(kernel[:, 1::4], trained.weights.kernel["f"]),
)

# %%
# Related
# -------
# - How the layer uses them: :ref:`one step of an LSTM
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
# - Features, units and timesteps: :ref:`many to one
#   <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
