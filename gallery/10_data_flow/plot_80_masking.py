"""
Padding and masks
=================

Series differ in length, but the rows of an array don't. The short ones are padded, and a
``Masking`` layer marks which steps are padding. Does it matter which end you pad, what counts as
padding, and does the mask reach every layer?
"""

# %%
# Series of different lengths
# ---------------------------
# The sensors of a tank are switched on for two to six hours; the label is the pressure one hour
# later. The function ``pad_sequences`` puts all series into one array, with zeros after the
# readings or, by default, before them.

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

behind = keras.utils.pad_sequences(series, longest, dtype="float32", padding="post")
front = keras.utils.pad_sequences(series, longest, dtype="float32", padding="pre")
short = [int(np.flatnonzero(lengths[n:] == length)[0]) + n for length in (3, 4, longest)]
print("lengths of three series", lengths[short])
print("pressure, padded behind  ", behind[short[0], :, 0].round(2))
print("pressure, padded in front", front[short[0], :, 0].round(2))

# %%
# The model, drawn
# ----------------
# ``Masking`` changes no number. It passes on a mask, True for each step to be read, and the LSTM
# skips the others: there ``h`` and ``c`` stay as they were. After the readings these are the last
# states; before them, they are the initial zeros.


def build(masked=True):
    skip = [keras.layers.Masking(name="masking")] if masked else []
    layers = [
        keras.Input((longest, 2)),
        *skip,
        keras.layers.LSTM(3, name="lstm"),
        keras.layers.Dense(1, name="dense"),
    ]
    model = keras.Sequential(layers, name="masked" if masked else "not_masked")
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


model = build()
model.fit(behind[:n], y[:n], epochs=20, verbose=0)
trace = unrolled.trace(model, behind[short])
unrolled.draw(trace, y=y[short])

# %%
unrolled.draw(model, front[short], y[short])

# %%
# What to notice
# --------------

print("mask, padded behind  ", trace["lstm"].mask[0])
print("mask, padded in front", unrolled.trace(model, front[short])["lstm"].mask[0])
unmasked = build(masked=False)
unmasked.set_weights(model.get_weights())
for name, each in {"masked": model, "not masked": unmasked}.items():
    outputs = [each.predict(x[n:], verbose=0) for x in (behind, front)]
    misses = [np.abs(out - y[n:]).mean() * std[0] for out in outputs]
    print(
        f"{name:10s}: same output for both paddings: {np.allclose(*outputs, atol=1e-6)!s:5s}",
        end="; ",
    )
    print("mean error {:.3f} bar padded behind, {:.3f} in front".format(*misses))

# %%
# - With a mask, it makes no difference which end you pad.
# - Without a mask, the LSTM reads padding like any other step. Padding at the end is the last thing
#   the LSTM sees and washes out the readings. Padding at the start acts like a fake past that fades
#   with every real reading.
# - The mask goes with the array from layer to layer. ``Dense`` after ``return_sequences=False``
#   gets no mask, because there are no steps any more.
#
# What counts as padding
# ----------------------
# ``Masking`` masks the steps where every feature equals ``mask_value``, 0 by default. It skips a
# real reading with these values too, wherever it is. In scaled data 0 is the mean, so with a single
# feature this does happen; choose a ``mask_value`` far outside the data.

few = np.array([[[0.4], [0.0], [-0.3], [0.0]]], "float32")
for value in (0.0, -99.0):
    padded = np.where(np.arange(4)[None, :, None] == 3, np.float32(value), few)
    mask = np.asarray(keras.layers.Masking(value).compute_mask(padded))
    print(f"mask_value {value:5.1f}: x", padded[0, :, 0], "-> mask", mask[0])
two_features = np.array([[[0.0, 0.5], [0.0, 0.0]]], "float32")
print(
    "x",
    two_features[0].tolist(),
    "-> mask",
    np.asarray(keras.layers.Masking().compute_mask(two_features))[0],
)

# %%
# What goes wrong
# ---------------
# If you call a layer with a second tensor, such as its initial states, Keras passes no mask to it
# and raises no error. Here the initial states come from what is known about the tank before the
# first reading. No step of the LSTM is hatched in the picture, and a note in red explains why:


def with_state(give_mask):
    past, tank = keras.Input((longest, 2), name="readings"), keras.Input((1,), name="height")
    masking = keras.layers.Masking(name="masking")
    known = [keras.layers.Dense(3, name=f"first_{state}")(tank) for state in "hc"]
    arguments = {"mask": masking.compute_mask(past)} if give_mask else {}
    h = keras.layers.LSTM(3, name="lstm")(masking(past), initial_state=known, **arguments)
    return keras.Model([past, tank], keras.layers.Dense(1, name="dense")(h), name="with_state")


height = np.full((len(short), 1), 3, "float32")
lost = with_state(give_mask=False)
unrolled.draw(lost, [behind[short], height], y[short])

# %%
# If you pass the mask yourself, the LSTM uses it, with the same weights:

given = with_state(give_mask=True)
given.set_weights(lost.get_weights())
for name, each in {"mask lost ": lost, "mask given": given}.items():
    one, other = (each.predict([x[short], height], verbose=0) for x in (behind, front))
    heard = unrolled.trace(each, [behind[short], height])["lstm"].mask
    print(f"{name}: mask of the LSTM {heard if heard is None else heard.shape};", end=" ")
    print("same output for both paddings:", np.allclose(one, other, atol=1e-6))

# %%
# Related
# -------
# - Words and their padding: :ref:`embedding and masking
#   <sphx_glr_auto_gallery_10_data_flow_plot_40_embedding.py>`.
# - Layers that begin with the states of another one:
#   :ref:`encoder and decoder <sphx_glr_auto_gallery_10_data_flow_plot_60_encoder_decoder.py>`.
