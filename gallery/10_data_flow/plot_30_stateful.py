"""
Stateful
========

Some series are too long for one sample. A stateful layer reads them in consecutive batches: sample
i of a batch begins with the state in which sample i of the previous batch ended. How do you cut the
series for that, and when is the state reset to zeros?
"""

# %%
# Cut the series into batches
# ---------------------------
# The model reads many hours of three tanks. A batch holds four hours of all three: tank i is always
# sample i, and the next batch continues where this one stopped. Keras takes the rows of ``x`` in
# order, so the rows of the first batch come first, then those of the second.

import re
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

tanks, timesteps, hours, split = 3, 4, 240, 180
story = unrolled.example_data.simulate_tanks(tanks, hours)
mean, std = story.readings[:, :split].mean(axis=(0, 1)), story.readings[:, :split].std(axis=(0, 1))
flow_std = story.flow[:, :split].std()


def consecutive(series):
    """(tanks, hours, features) -> (batches * tanks, timesteps, features), batch after batch."""
    parts = [series[:, start : start + timesteps] for start in range(0, series.shape[1], timesteps)]
    return np.concatenate(parts)


x, y = consecutive((story.readings - mean) / std), consecutive(story.flow / flow_std)
n = split // timesteps * tanks
x_train, y_train, x_test, y_test = x[:n], y[:n], x[n:], y[n:]
print("readings", story.readings.shape, "-> x", x.shape, "and y", y.shape)

hour = consecutive(np.broadcast_to(np.arange(hours)[None, :, None], (tanks, hours, 1)))
for row in range(6):
    print(
        f"row {row}: batch {row // tanks}, sample {row % tanks} = tank {row % tanks}, "
        f"hours {hour[row, :, 0]}"
    )

# %%
# The model, drawn
# ----------------
# The layer must know how many states to keep, so the batch size is part of the input:
# ``batch_shape``. Keras must not shuffle the rows, and each epoch starts again at the first hour,
# so the state is reset before it.


class ResetState(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.get_layer("lstm").reset_state()


def build(stateful, timesteps=timesteps):
    keras.utils.set_random_seed(1)
    layers = [
        keras.Input(batch_shape=(tanks, timesteps, 2)),
        keras.layers.LSTM(4, return_sequences=True, stateful=stateful, name="lstm"),
        keras.layers.Dense(1, name="dense"),
    ]
    model = keras.Sequential(layers, name="stateful" if stateful else "stateless")
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


model = build(stateful=True)
model.fit(
    x_train,
    y_train,
    batch_size=tanks,
    epochs=15,
    shuffle=False,
    callbacks=[ResetState()],
    verbose=0,
)

lstm = model.get_layer("lstm")
lstm.reset_state()
trace = unrolled.trace(model, x_test[:6])
unrolled.draw(trace, y=y_test[:6])

# %%
# Here are the same rows in a model that isn't stateful: each batch starts from zeros, as if the
# hours before it had never happened.

stateless = build(stateful=False)
stateless.fit(x_train, y_train, batch_size=tanks, epochs=15, verbose=0)
unrolled.draw(stateless, x_test[:6], y_test[:6])

# %%
# What to notice
# --------------

first, second = (batch["lstm"] for batch in trace.batches)
print("h at the end of batch 0   ", first.final_state[0][0].round(3))
print("h at the start of batch 1 ", second.initial_state[0][0].round(3))

whole = build(stateful=False, timesteps=2 * timesteps)
whole.set_weights(model.get_weights())
h_whole = unrolled.trace(whole, np.concatenate([x_test[:3], x_test[3:6]], axis=1))["lstm"].h
h_parts = np.concatenate([first.h, second.h], axis=1)
print("two batches == one long sequence:", np.allclose(h_parts, h_whole, atol=1e-6), h_parts.shape)

model.predict(x_test[:3], batch_size=tanks, verbose=0)
print("h kept after predict      ", np.asarray(lstm.states[0].value)[0].round(3))
lstm.reset_state()
print("h after reset_state       ", np.asarray(lstm.states[0].value)[0].round(3))

# %%
# - The arrows ``h`` and ``c`` go from one batch to the next, from sample i to sample i. Samples of
#   the same batch never share a state.
# - Two batches of a stateful layer compute exactly what one long sequence would. Only training
#   loses something: the gradient stops at the border of the batch.
# - ``predict`` and ``fit`` leave their state behind. Nothing resets it but you.
# - If you have a single long series, cut it into equal parts first, one for each sample of the
#   batch, and treat the parts like the tanks here.
#
# What it learned
# ---------------
# Both models estimate the flow in hours after the training data. The stateful one reads the
# training hours first, with its final weights, so that it knows how the held-out hours begin.

lstm.reset_state()
model.predict(x_train, batch_size=tanks, verbose=0)
predictions = {
    "stateful": model.predict(x_test, batch_size=tanks, verbose=0),
    "not stateful": stateless.predict(x_test, batch_size=tanks, verbose=0),
    "difference of readings": consecutive(np.diff(story.readings[:, :, :1], axis=1, prepend=0))[n:]
    / flow_std,
}
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for place, (name, guess) in enumerate(predictions.items()):
    error = np.abs(guess - y_test).mean(axis=(0, 2)) * flow_std
    print(f"mean error at each step, {name:22s}", error.round(3), "bar per hour")
    colour = ["#1d4ed8", "#7c9bd6", "#b45309"][place]
    ax.bar(np.arange(timesteps) + 0.27 * (place - 1), error, 0.25, label=name, color=colour)
ax.set(title="Error of the flow, held-out hours", xlabel="timestep t in the batch")
ax.set(ylabel="mean error (bar per hour)")
ax.set_xticks(range(timesteps))
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# The batch size is fixed. A batch of the wrong size raises an error, and so does the old way to
# reset a whole model:

for mistake in (lambda: model(x_test[:4]), lambda: model.reset_states()):
    try:
        mistake()
    except (ValueError, AttributeError) as error:
        message = re.sub(r"\x1b\[\d+m", "", str(error)).split("\n\nArguments")[0]
        print(*[textwrap.fill(line, 90) for line in message.split("\n") if line], "", sep="\n")

# %%
# One row too many is worse, because Keras raises no error. The last batch then has one sample; the
# layer reads it with each of the three states, and there are more rows of output than of input. For
# a different batch size, build the model with a different ``batch_shape`` and copy the weights, as
# above for the long sequence.

print("rows in: ", len(x_test[:4]))
print("rows out:", len(model.predict(x_test[:4], batch_size=tanks, verbose=0)))

# %%
# Keras doesn't notice rows in the wrong order either. If your windows follow each other row by row,
# as they do after a loop over one series, neighbours are in the same batch, where no state is
# passed between them:

one_series = np.arange(24)
print(
    "wrong:  batch 0 =",
    *one_series.reshape(-1, 4)[:3],
    " batch 1 =",
    *one_series.reshape(-1, 4)[3:6],
)
right = consecutive(one_series.reshape(3, 8, 1))[:, :, 0]
print("right:  batch 0 =", *right[:3], " batch 1 =", *right[3:6])

# %%
# Related
# -------
# - Why the first step of a window is hard without a state:
#   :ref:`many to many <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
# - How to make the arrays: :doc:`/shape-your-data`.
