"""
Convolution in front
====================

A ``Conv1D`` and a pooling layer in front of an LSTM shorten the series before the LSTM reads it.
How many timesteps are left, which hours does each of them cover, and what does that mean for ``y``?
"""

# %%
# A longer window
# ---------------
# Each sample is a window of twelve hours; its label is the pressure three hours later. The last
# quarter of the hours is held out.

import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
timesteps, horizon, split = 12, 3, 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = (readings - mean) / std
ends = np.arange(timesteps, len(scaled) - horizon + 1)
x = np.stack([scaled[end - timesteps : end] for end in ends])
y = scaled[ends + horizon - 1, :1]
n = split - timesteps - horizon + 1  # windows whose label is older than the split
print("x", x.shape, "y", y.shape)

# %%
# The model, drawn
# ----------------
# Each step of ``Conv1D`` reads three neighbouring hours, and each step of the pooling layer reads
# two steps of ``Conv1D``. Follow the lines down from a column to the hours that it covers.


def build(*in_front, name):
    above = [keras.layers.LSTM(4, name="lstm"), keras.layers.Dense(1, name="dense")]
    model = keras.Sequential([keras.Input((timesteps, 2)), *in_front, *above], name=name)
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(x[:n], y[:n], epochs=20, verbose=0)
    return model


def convolution(**arguments):
    return keras.layers.Conv1D(4, kernel_size=3, activation="relu", name="conv", **arguments)


model = build(
    convolution(), keras.layers.MaxPooling1D(2, name="pooling"), name="convolution_in_front"
)
trace = unrolled.trace(model, x[n : n + 4])
unrolled.draw(trace, y=y[n : n + 4], max_steps=timesteps)

# %%
# What to notice
# --------------

for call in trace.calls:
    print(
        f"{call.layer_name:8s} reads {call.inputs[0].shape!s:11s}",
        f"returns {call.outputs[0].shape!s:11s}",
        end=" ",
    )
    print(call.weights.formula or "no weights")

# %%
# - A kernel of length k fits in k - 1 fewer positions than there are steps, and pooling by 2 halves
#   the rest. The LSTM reads only the steps that are left, so it is faster.
# - The filters of ``Conv1D`` are the features of the LSTM, and its weight formula counts them as
#   features.
# - A step of the LSTM is no longer an hour. Its ``h`` at ``t = 0`` already knows all the hours that
#   the first column covers.
#
# ``padding`` decides how many steps are left and what they know. With ``"same"`` Keras puts zeros
# at both ends, and each step reads the hour after it too; with ``"causal"`` all zeros are at the
# start, and no step knows the hours after it:

series = np.zeros((1, timesteps, 2), "float32")
series[0, 5] = 1  # hour 5 alone is not zero
for padding in ("valid", "same", "causal"):
    layer = convolution(padding=padding, use_bias=False, kernel_initializer="ones")
    seen = np.flatnonzero(np.asarray(layer(series))[0, :, 0])
    print(f"padding={padding!r:9s} {layer(series).shape[1]:2d} steps, hour 5 is read at t =", *seen)

# %%
# What it learned
# ---------------

models = {
    "LSTM alone": build(name="alone"),
    "convolution in front": model,
}
hours = np.arange(split, len(readings))[:72]
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.plot(hours, y[n:][:72, 0] * std[0] + mean[0], color="0.65", lw=4, label="measured")
for (name, each), colour in zip(models.items(), ["#b45309", "#1d4ed8"], strict=True):
    guess = each.predict(x[n:], verbose=0)
    steps = unrolled.trace(each, x[n : n + 1])["lstm"].h.shape[1]
    print(
        f"mean error of {name:20s} {np.abs(guess - y[n:]).mean() * std[0]:.3f} bar, "
        f"{steps:2d} steps of the LSTM"
    )
    ax.plot(hours, guess[:72, 0] * std[0] + mean[0], color=colour, label=name)
print(f"mean error of the last pressure    {np.abs(x[n:, -1, :1] - y[n:]).mean() * std[0]:.3f} bar")
ax.set(title="Pressure three hours ahead, held-out hours", xlabel="hour", ylabel="pressure (bar)")
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Fewer steps mean less work but less detail: max pooling keeps the larger value and forgets which
# step it came from. This pays off if windows are long and neighbouring steps are alike; test it on
# held-out data.
#
# What goes wrong
# ---------------
# With one label for each hour the shapes don't match: there are fewer outputs than labels. The
# picture says so before you train.

per_hour = keras.Sequential(
    [
        keras.Input((timesteps, 2)),
        convolution(),
        keras.layers.LSTM(4, return_sequences=True, name="lstm"),
        keras.layers.Dense(1, name="dense"),
    ],
    name="one_label_per_hour",
)
y_hours = x[:, :, :1]
per_hour.compile(loss="mse")
try:
    per_hour.evaluate(x[:4], y_hours[:4], verbose=0)
except Exception as error:
    print(type(error).__name__, textwrap.fill(str(error).split("\n")[0], 90), sep=": ")
unrolled.draw(per_hour, x[:4], y_hours[:4], max_steps=timesteps)

# %%
# ``padding="causal"`` keeps all steps, each with the hours up to it, so the labels fit again. After
# pooling they don't: then ``y`` needs one label for each step that is left.
#
# If a window is too short for the kernel, Keras raises an error when you build the model:

try:
    keras.Sequential([keras.Input((2, 2)), convolution(), keras.layers.LSTM(4)])
except ValueError as error:
    print(textwrap.fill(str(error).split("\n")[0], 90))

# %%
# Related
# -------
# - One label per step: :ref:`many to many
#   <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
# - Images instead of vectors at each step: :ref:`video
#   <sphx_glr_auto_gallery_10_data_flow_plot_90_video.py>`.
