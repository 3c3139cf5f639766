"""
Encoder and decoder
===================

Some hours go in, and the hours after them come out: two sequences of different lengths. What does
the decoder read, and where does that come from when you forecast?

An encoder reads the first sequence and passes only its final ``h`` and ``c`` on to a decoder.

.. first-picture::

   The decoder is to the right of the encoder, because it continues where the encoder ends: its
   ``h`` and ``c`` don't begin with zeros.

- ``return_state=True`` makes the encoder return ``h`` and ``c``. They are all that the decoder
  knows about the readings, however long the window is.
- The two layers may differ in timesteps and features, but not in ``units``.
- In training the decoder reads, at each step, the pressure one hour before the hour it predicts.
"""

# %%
# The data
# --------
# The encoder reads six hours; the labels are the pressure of the next four. The decoder reads ``y``
# one step later, with the last known pressure in front.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

tank = unrolled.example_data.simulate_tanks(tanks=1, hours=600)
readings, split = tank.readings[0], 450
mean, std = readings[:split].mean(axis=0), readings[:split].std(axis=0)
scaled = dict(zip(tank.features, ((readings - mean) / std).T, strict=True))
windows = unrolled.windows(scaled, timesteps=6, horizon=range(1, 5), targets="pressure (bar)")
train, test = windows.split(split / len(readings))


def hour_before(part):
    return np.concatenate([part.x[:, -1:, :1], part.y[:, :-1]], axis=1)


print("encoder reads", train.x.shape, " decoder", hour_before(train).shape, " y", train.y.shape)

# %%
# The model
# ---------


def build(units=4):
    keras.utils.set_random_seed(1)
    past = keras.Input((6, 2), name="readings")
    before = keras.Input((None, 1), name="before")
    _, *states = keras.layers.LSTM(4, return_state=True, name="encoder")(past)
    decoder = keras.layers.LSTM(units, return_sequences=True, name="decoder")
    pressure = keras.layers.Dense(1, name="pressure")(decoder(before, initial_state=states))
    model = keras.Model([past, before], pressure, name="encoder_decoder")
    model.compile(keras.optimizers.Adam(0.02), "mse")
    return model


model = build()
model.fit([train.x, hour_before(train)], train.y, epochs=20, verbose=0)
unrolled.draw(model, [test.x[:4], hour_before(test)[:4]], test.y[:4])

# %%
# What it learned
# ---------------
# When you forecast, the previous hour doesn't exist yet: the model reads its own prediction.


def forecast(model, x):
    read = x[:, -1:, :1]
    for _ in range(4):
        read = np.concatenate([x[:, -1:, :1], model([x, read])], axis=1)
    return read[:, 1:]


guesses = {
    "the hour before from the data": model([test.x, hour_before(test)]),
    "the hour before as predicted": forecast(model, test.x),
    "the last pressure repeated": np.repeat(test.x[:, -1:, :1], 4, axis=1),
}
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for (name, guess), colour in zip(guesses.items(), ["#7c9bd6", "#1d4ed8", "#b45309"], strict=True):
    error = np.abs(guess - test.y).mean(axis=(0, 2)) * std[0]
    print(f"mean error, {name:29s}", error.round(3), "bar")
    ax.plot(range(1, 5), error, marker="o", label=name, color=colour)
ax.set(title="Held-out hours", xlabel="hours ahead", ylabel="mean error (bar)", xticks=range(1, 5))
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# You give the decoder ``y`` itself, not moved by one step. All shapes fit, and the loss falls
# almost to zero, because the decoder copies its input. When you forecast, there is nothing to copy.

wrong = build()
loss = wrong.fit([train.x, train.y], train.y, epochs=20, verbose=0).history["loss"][-1]
error = np.abs(forecast(wrong, test.x) - test.y).mean(axis=(0, 2)) * std[0]
print(f"loss {loss:.4f}, mean error of its forecast", error.round(3), "bar")

# %%
# Related
# -------
# - A decoder that reads every step of the encoder: :ref:`attention
#   <sphx_glr_auto_gallery_10_data_flow_plot_95_attention.py>`.
