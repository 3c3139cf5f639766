"""
Encoder and decoder
===================

Some hours go in, and the hours after them come out: two sequences of different lengths. An encoder
reads the first one and passes its states on to a decoder, which predicts the second. What does the
decoder read, and where does that come from when you don't know the future?
"""

# %%
# Three arrays
# ------------
# The encoder reads six hours of pressure and temperature; the labels are the pressure of the four
# hours after them. The decoder needs an input at each step too: the pressure one hour before the
# hour it predicts. That is ``y`` one step later, with the last known pressure in front. The last
# quarter of the hours is held out.

import re

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
readings = unrolled.example_data.simulate_tanks(tanks=1, hours=600).readings[0]
timesteps, horizon, split = 6, 4, 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = (readings - mean) / std

ends = range(timesteps, len(scaled) - horizon + 1)
x = np.stack([scaled[e - timesteps : e] for e in ends])
before = np.stack([scaled[e - 1 : e - 1 + horizon, :1] for e in ends])
y = np.stack([scaled[e : e + horizon, :1] for e in ends])
n = split - timesteps - horizon + 1  # windows whose last label is older than the split
print("encoder reads", x.shape, " decoder reads", before.shape, " y", y.shape)
print("sample 0: x ends with ", x[0, -1, 0].round(2))
print("          decoder reads", before[0, :, 0].round(2))
print("          y            ", y[0, :, 0].round(2))

# %%
# The model, drawn
# ----------------
# The decoder is to the right of the encoder, because it continues where the encoder ends: its ``h``
# and ``c`` don't begin with zeros. The model doesn't use the encoder's output, only its states.


def build(units=4):
    past = keras.Input((timesteps, 2), name="readings")
    previous = keras.Input((None, 1), name="before")
    _, *states = keras.layers.LSTM(4, return_state=True, name="encoder")(past)
    h = keras.layers.LSTM(units, return_sequences=True, name="decoder")(
        previous, initial_state=states
    )
    model = keras.Model(
        [past, previous], keras.layers.Dense(1, name="pressure")(h), name="encoder_decoder"
    )
    model.compile(keras.optimizers.Adam(0.02), "mse")
    return model


model = build()
model.fit([x[:n], before[:n]], y[:n], epochs=20, verbose=0)
trace = unrolled.trace(model, [x[n : n + 4], before[n : n + 4]])
unrolled.draw(trace, y=y[n : n + 4])

# %%
# What to notice
# --------------

encoder, decoder = trace["encoder"], trace["decoder"]
print("encoder returns        ", *[a.shape for a in encoder.outputs])
print("decoder begins with    ", *[a.shape for a in decoder.initial_state])
same = [
    np.array_equal(a, b) for a, b in zip(encoder.final_state, decoder.initial_state, strict=True)
]
print("the encoder's h and c? ", *same)
print("decoder returns        ", decoder.outputs[0].shape, " y", y[n : n + 4].shape)

# %%
# - ``return_state=True`` makes the encoder return its output, ``h`` and ``c``. These two vectors
#   are all that the decoder knows about the readings, however long the window is.
# - The two layers have their own weights, and may differ in timesteps and features. They must have
#   the same number of ``units``, because the states of one become the states of the other.
# - The decoder's input shares only the batch axis with the encoder's input.
#
# When you don't know the future
# ------------------------------
# In training, the pressure of the previous hour comes from the data. When forecasting, that value
# does not exist yet, so the model's own prediction is fed back in, one hour at a time. The first
# step reads the last known pressure.


def forecast(model, x):
    predicted = last = x[:, -1:, :1]
    for _ in range(horizon):
        predicted = np.concatenate([last, model([x, predicted])], axis=1)
    return predicted[:, 1:]


def error(guess):
    return (np.abs(guess - y[n:]).mean(axis=(0, 2)) * std[0]).round(3)


errors = {
    "previous hour from the data": error(np.asarray(model([x[n:], before[n:]]))),
    "previous hour as predicted": error(forecast(model, x[n:])),
    "the last pressure repeated": error(np.repeat(x[n:, -1:, :1], horizon, axis=1)),
}
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
styles = [{"ls": ":", "color": "#1d4ed8"}, {"color": "#1d4ed8"}, {"color": "#b45309"}]
for (name, values), style in zip(errors.items(), styles, strict=True):
    print(f"mean error of each hour, {name:27s}", values, "bar")
    ax.plot(np.arange(1, horizon + 1), values, marker="o", label=name, **style)
ax.set(
    title="Pressure of the next hours, held-out hours",
    xlabel="hours ahead",
    ylabel="mean error (bar)",
)
ax.set(xticks=range(1, horizon + 1), ylim=(0, None))
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# The usual mistake is to give the decoder ``y`` itself, without moving it by one step. All shapes
# fit, and the loss falls further than it should, because the decoder copies its input. When it
# reads its own predictions hour by hour, there is nothing to copy.

wrong = build()
history = wrong.fit([x[:n], y[:n]], y[:n], epochs=20, verbose=0)
print(f"loss at the end of training   {history.history['loss'][-1]:.4f}")
print(f"loss of the model above       {model.history.history['loss'][-1]:.4f}")
print("mean error of its predictions ", error(forecast(wrong, x[n:])), "bar")

# %%
# A decoder with a different number of ``units`` raises an error, but late: you can build the model,
# and it fails when it runs. The message names the two numbers but no layer.

other = build(units=3)
try:
    other.predict([x[n:], before[n:]], verbose=0)
except Exception as error_message:
    lines = re.sub(r"\x1b\[\d+m", "", str(error_message)).split(" for '")[0].split("\n\n")
    print(type(error_message).__name__, *lines, sep="\n")

# %%
# Related
# -------
# - This decoder sees only the last states. One that reads every step of the encoder has
#   :ref:`attention <sphx_glr_auto_gallery_10_data_flow_plot_95_attention.py>`.
# - States that are passed from batch to batch: :ref:`stateful
#   <sphx_glr_auto_gallery_10_data_flow_plot_30_stateful.py>`.
# - One output per step of the input: :ref:`many to many
#   <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
