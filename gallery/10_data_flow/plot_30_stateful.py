"""
Stateful
========

Some series are too long for one sample. How do you cut them for a stateful layer, and when is the
state reset?

A stateful layer reads them in consecutive batches: sample i of a batch begins with the state in
which sample i of the previous batch ended.

.. first-picture::

   Two batches of three tanks. ``h`` and ``c`` go from one batch to the next, from sample i to
   sample i.

- Samples of the same batch never share a state.
- Two batches compute exactly what one long sequence would. Only the gradient stops at the border.
- ``predict`` and ``fit`` leave their state behind. Keras doesn't reset it: you do.
"""

# %%
# The data
# --------
# A batch holds four hours of three tanks: tank i is always sample i, and the next batch continues
# where this one stopped. In ``x`` the rows of the first batch come first, then those of the second.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

tanks, timesteps, split = 3, 4, 180
story = unrolled.example_data.simulate_tanks(tanks, hours=240)
mean, std = story.readings[:, :split].mean(axis=(0, 1)), story.readings[:, :split].std(axis=(0, 1))


def consecutive(series):
    """(tanks, hours, features) -> (batches * tanks, timesteps, features), batch after batch."""
    return np.concatenate(np.split(series, series.shape[1] // timesteps, axis=1))


x = consecutive((story.readings - mean) / std)
y = consecutive(story.flow / story.flow[:, :split].std())
n = split // timesteps * tanks
hour = consecutive(np.broadcast_to(np.arange(240)[:, None], (tanks, 240, 1)))
print("hours of the first six rows:", *hour[:6, :, 0])

# %%
# The model
# ---------
# Give ``batch_shape``: the layer must know how many states to keep. Don't shuffle the rows.


def build(stateful):
    keras.utils.set_random_seed(1)
    rows = keras.Input(batch_shape=(tanks, None, 2))
    lstm = keras.layers.LSTM(4, return_sequences=True, stateful=stateful, name="lstm")
    model = keras.Sequential([rows, lstm, keras.layers.Dense(1)], name=f"stateful_{stateful}")
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


model, stateless = build(stateful=True), build(stateful=False)
lstm = model.get_layer("lstm")
for _ in range(15):
    lstm.reset_state()
    model.fit(x[:n], y[:n], batch_size=tanks, shuffle=False, verbose=0)
stateless.fit(x[:n], y[:n], batch_size=tanks, epochs=15, verbose=0)
lstm.reset_state()
trace = unrolled.trace(model, x[n : n + 6])
unrolled.draw(trace, y=y[n : n + 6])

# %%
# Two batches and one sequence of twice the length give the same ``h``:

whole = build(stateful=False)
whole.set_weights(model.get_weights())
h_whole = unrolled.trace(whole, np.concatenate([x[n : n + 3], x[n + 3 : n + 6]], axis=1))["lstm"].h
h = np.concatenate([batch["lstm"].h for batch in trace.batches], axis=1)
print("the same:", np.allclose(h, h_whole, atol=1e-6), h.shape)

# %%
# What it learned
# ---------------
# The stateful model reads the training hours first, so that it knows how the others begin.

lstm.reset_state()
model.predict(x[:n], batch_size=tanks, verbose=0)
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for place, each in enumerate((model, stateless)):
    error = np.abs(each.predict(x[n:], batch_size=tanks, verbose=0) - y[n:]).mean(axis=(0, 2))
    ax.bar(np.arange(4) + 0.4 * place - 0.2, error, 0.38, label=each.name)
ax.set(title="Error of the flow, held-out hours", xlabel="timestep t", ylabel="mean error (scaled)")
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# Keras raises no error if you give ``predict`` a last batch of the wrong size. The layer reads its
# one row with each of the three states, and you get more rows out than you put in.

print(len(x[:4]), "rows in,", len(model.predict(x[:4], batch_size=tanks, verbose=0)), "rows out")

# %%
# Related
# -------
# - Windows without a state:
#   :ref:`many to many <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
