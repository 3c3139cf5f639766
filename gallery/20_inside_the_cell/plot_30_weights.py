"""
Weights
=======

``model.summary`` shows how many parameters a recurrent layer has. Where does the number come from,
and which columns of ``get_weights`` belong to which gate?

Each unit of each gate reads all features (kernel) and all values of the previous ``h`` (recurrent
kernel), and has a bias.

.. first-picture::

   Three arrays, drawn to scale before training: in each of them the gates and the candidate are
   side by side, in the order i, f, c, o.

- Each gate is a strip of ``units`` columns, through all three arrays.
- ``unit_forget_bias=True``, the default, makes the biases of f begin as ones. So an untrained LSTM
  keeps the larger part of ``c`` at every step.
- The number of timesteps isn't in the formula: all steps use the same weights.
- Twice the units need more than twice the weights, because the recurrent kernel grows with their
  square.
"""

# %%
# The data
# --------
# The model reads five hours of pressure and temperature, and predicts the next pressure.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
scaled = (readings - readings.mean(axis=0)) / readings.std(axis=0)
windows = unrolled.windows(scaled, timesteps=5, targets=0)

# %%
# The model
# ---------


def build(layer, timesteps=5, features=2):
    dense = keras.layers.Dense(1, name="dense")
    return keras.Sequential([keras.Input((timesteps, features)), layer, dense])


model = build(keras.layers.LSTM(4, name="lstm"))
trace = unrolled.trace(model, windows.x[:3])
print(trace["lstm"].weights)
unrolled.plot_weights(trace["lstm"])

# %%
# The formula counts them gate by gate. This is what changes the number, and what doesn't:

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
# In a diagram the formula is beside the layer:

unrolled.draw(trace, y=windows.y[:3])

# %%
# What it learned
# ---------------

model.compile(keras.optimizers.Adam(0.03), "mse")
model.fit(windows.x, windows.y, epochs=15, verbose=0)
trained = unrolled.trace(model, windows.x[:3])["lstm"]
print("the forget biases were ones, and are", trained.weights.bias["f"].round(2))
unrolled.plot_weights(trained)

# %%
# What goes wrong
# ---------------
# Weights fit only a layer with the same features and units. Keras copies them into a model for
# longer windows without a word, and refuses them if the number of features is wrong:

build(keras.layers.LSTM(4, name="lstm"), timesteps=50).set_weights(model.get_weights())
try:
    build(keras.layers.LSTM(4, name="lstm"), features=3).set_weights(model.get_weights())
except ValueError as error:
    print("3 features:", str(error).split(". ")[0])

# %%
# Most mistakes happen when you cut the arrays by hand: each gate has ``units`` columns next to each
# other, not every fourth column.

kernel, forget = model.get_weights()[0], trained.weights.kernel["f"]
print("columns 4 to 7 are the forget gate:", np.array_equal(kernel[:, 4:8], forget))
print("every fourth column is:            ", np.array_equal(kernel[:, 1::4], forget))

# %%
# Related
# -------
# - How the layer uses them: :ref:`one step of an LSTM
#   <sphx_glr_auto_gallery_20_inside_the_cell_plot_10_one_lstm_step.py>`.
# - Features, units and timesteps: :ref:`many to one
#   <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
