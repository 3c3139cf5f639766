"""
Bidirectional
=============

Two layers read the same sequence, one from each end. Which step does each half of the output come
from?

``Bidirectional`` puts two layers with their own weights side by side: at each step one knows the
hours before it, the other the hours after it.

.. first-picture::

   The arrows of the lower half point to the right, those of the upper half to the left. Both start
   from zeros, each at its own end.

- ``units`` is the width of one half. ``merge_mode="concat"``, the default, puts the halves side by
  side: the output is twice as wide.
- The halves share only the input. Neither reads the states of the other.
- The backward half begins at the last step. Keras reverses its output, so that both halves of step
  t belong to the same hour.
"""

# %%
# The data
# --------
# Reading backwards helps if you know the later hours. Each sample is a window of five hours; its
# labels are the flow at each of these hours, which no sensor measures.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

tank = unrolled.example_data.simulate_tanks(tanks=1, hours=1200)
table, split = np.hstack([tank.readings[0], tank.flow[0]]), 900
mean, std = table[:split].mean(axis=0), table[:split].std(axis=0)
scaled = dict(zip([*tank.features, "flow"], ((table - mean) / std).T, strict=True))
windows = unrolled.windows(
    scaled, 5, features=[*tank.features], targets="flow", horizon=0, stride=2, per_step=True
)
train, test = windows.split(split / len(table))
print("train: x", train.x.shape, "y", train.y.shape)

# %%
# The model
# ---------


def build(layer):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((5, 2)), layer, keras.layers.Dense(1, name="dense")])
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(train.x, train.y, epochs=20, verbose=0)
    return model


lstm = keras.layers.LSTM(3, return_sequences=True, name="lstm")
both = build(keras.layers.Bidirectional(lstm, name="both"))
trace = unrolled.trace(both, test.x[:4])
unrolled.draw(trace, y=test.y[:4])

# %%
# The trace holds each half:

forward, backward = trace["both"].forward, trace["both"].backward
returned = trace["both"].outputs[0]
print("forward h ", forward.h.shape, " backward h", backward.h.shape, " returned", returned.shape)
print("the output is forward h beside backward h:", end=" ")
print(np.array_equal(returned, np.concatenate([forward.h, backward.h], axis=-1)))

# %%
# What it learned
# ---------------
# A layer that reads forward has a cold start: it knows one reading at the first step. The backward
# half is at its best there. Both models have about the same number of weights.

one_way = build(keras.layers.LSTM(5, return_sequences=True))
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for place, (name, model) in enumerate({"forward": one_way, "bidirectional": both}.items()):
    error = np.abs(model.predict(test.x, verbose=0) - test.y).mean(axis=(0, 2)) * std[2]
    label = f"{name}, {model.count_params()} weights"
    ax.bar(np.arange(5) + 0.4 * place - 0.2, error, 0.38, label=label)
ax.set(title="Error of the flow, held-out hours", xlabel="timestep t in the window")
ax.set(ylabel="mean error (bar per hour)")
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# You take the last step of the sequence, as you would for a layer that reads forward. The shape is
# right, but half of it comes from a layer that has read one hour. ``return_sequences=False``
# returns the ``h`` that each half reads last: for the backward half, that of the first step. The
# other mistake is to use it for forecasting: the hours after the step don't exist yet.

last = keras.layers.Bidirectional(keras.layers.LSTM(3, name="lstm"), name="both")
one_vector = keras.Sequential([keras.Input((5, 2)), last])
one_vector.set_weights(both.get_layer("both").get_weights())
vector = one_vector.predict(test.x[:4], verbose=0)
for name, part in {"forward": slice(3), "backward": slice(3, 6)}.items():
    same = np.allclose(returned[:, -1, part], vector[:, part], atol=1e-6)
    print(f"the last step has the right {name} half: {same}")
unrolled.draw(one_vector, test.x[:4])

# %%
# Related
# -------
# - The forward half alone:
#   :ref:`many to many <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
