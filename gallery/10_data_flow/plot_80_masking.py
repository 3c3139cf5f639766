"""
Padding and masks
=================

Series differ in length, but the rows of an array don't. Does it matter which end you pad, what
counts as padding, and does every layer get the mask?

``Masking`` passes on a mask with the padded array, and the LSTM skips the steps that are padding.

.. first-picture::

   Hatched steps are padding: ``h`` and ``c`` stay unchanged there, so the last step still holds
   what the last reading left.

- ``Masking`` changes no number. It passes on a mask: True for each step to be read.
- With a mask it makes no difference which end you pad. Without one, padding at the end is the last
  thing that the LSTM reads, and washes out the readings.
- Each layer passes the mask on to the next. ``Dense`` gets none here, because the LSTM returns no
  steps.
"""

# %%
# The data
# --------
# The sensors of a tank are switched on for two to six hours; the label is the pressure one hour
# later. ``pad_sequences`` puts all series into one array, with zeros at the end or, by default, at
# the start.

import keras
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
longest, split = 6, 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = (readings - mean) / std
ends = np.arange(longest, len(scaled))
lengths = np.random.default_rng(0).integers(2, longest + 1, len(ends))
series = [scaled[end - length : end] for end, length in zip(ends, lengths, strict=True)]
y, n = scaled[ends, :1], split - longest
at_end = keras.utils.pad_sequences(series, longest, dtype="float32", padding="post")
at_start = keras.utils.pad_sequences(series, longest, dtype="float32", padding="pre")
short = [int(np.flatnonzero(lengths[n:] == length)[0]) + n for length in (3, 4, longest)]
print("padded at the end  ", at_end[short[0], :, 0].round(2))
print("padded at the start", at_start[short[0], :, 0].round(2))

# %%
# The model
# ---------


def build(*in_front, name):
    above = [keras.layers.LSTM(3, name="lstm"), keras.layers.Dense(1, name="dense")]
    model = keras.Sequential([keras.Input((longest, 2)), *in_front, *above], name=name)
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


model = build(keras.layers.Masking(name="masking"), name="masked")
model.fit(at_end[:n], y[:n], epochs=20, verbose=0)
unrolled.draw(model, at_end[short], y[short])

# %%
# With padding at the start, the LSTM begins later, still with zeros:

unrolled.draw(model, at_start[short], y[short])

# %%
# What it learned
# ---------------
# Here are the same weights with and without a mask, for both kinds of padding:

unmasked = build(name="not_masked")
unmasked.set_weights(model.get_weights())
for each in (model, unmasked):
    for where, x in {"end": at_end, "start": at_start}.items():
        miss = np.abs(each.predict(x[n:], verbose=0) - y[n:]).mean() * std[0]
        print(f"{each.name:10s} padded at the {where:5s} mean error {miss:.3f} bar")

# %%
# ``Masking`` masks the steps where every feature equals ``mask_value``, 0 by default. It also skips
# a real reading that happens to have this value; choose a ``mask_value`` far outside the data.

few = np.array([[[0.4], [0.0], [-0.3], [0.0]]], "float32")
print("x", few[0, :, 0], "-> mask", np.asarray(keras.layers.Masking().compute_mask(few))[0])

# %%
# What goes wrong
# ---------------
# If you call a layer with a second tensor, such as its initial states, Keras passes no mask to it
# and raises no error. In the picture no step is hatched, and a note in red explains why. The fix:
# give ``mask=masking.compute_mask(past)`` to the LSTM.

past, height = keras.Input((longest, 2), name="readings"), keras.Input((1,), name="height")
known = [keras.layers.Dense(3, name=f"first_{state}")(height) for state in "hc"]
masked = keras.layers.Masking(name="masking")(past)
h = keras.layers.LSTM(3, name="lstm")(masked, initial_state=known)
lost = keras.Model([past, height], keras.layers.Dense(1, name="dense")(h), name="with_state")
unrolled.draw(lost, [at_end[short], np.full((3, 1), 3, "float32")], y[short])

# %%
# Related
# -------
# - Words and their padding:
#   :ref:`embedding and masking <sphx_glr_auto_gallery_10_data_flow_plot_40_embedding.py>`.
