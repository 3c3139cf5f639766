"""
Bidirectional
=============

Two layers read the same sequence, one from each end. What is in each half of the output, which step
does it come from, and why isn't the last step of the output what ``return_sequences=False``
returns?
"""

# %%
# Labels inside the window
# ------------------------
# Reading backwards helps if you know the later hours when you need the answer, as with yesterday's
# records. Each sample is a window of five hours; its labels are the flow of the tank at each of
# these hours, which no sensor measures. The last quarter of the hours is held out.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
story = unrolled.example_data.simulate_tanks(tanks=3, hours=400)
timesteps, split = 5, 300
mean, std = story.readings[:, :split].mean(axis=(0, 1)), story.readings[:, :split].std(axis=(0, 1))
flow_std = story.flow[:, :split].std()


def windows(series, stride=2):
    starts = range(0, series.shape[1] - timesteps + 1, stride)
    return np.concatenate([[tank[s : s + timesteps] for s in starts] for tank in series])


scaled, flow = (story.readings - mean) / std, story.flow / flow_std
x_train, x_test = windows(scaled[:, :split]), windows(scaled[:, split:])
y_train, y_test = windows(flow[:, :split]), windows(flow[:, split:])
print("train: x", x_train.shape, "y", y_train.shape)
print("test:  x", x_test.shape, " y", y_test.shape)

# %%
# The model, drawn
# ----------------
# The arrows of the lower half point to the right, those of the upper half to the left. Both start
# from zeros, each at its own end.


def build(layer):
    model = keras.Sequential(
        [keras.Input((timesteps, 2)), layer, keras.layers.Dense(1, name="dense")]
    )
    model.compile(keras.optimizers.Adam(0.03), "mse")
    model.fit(x_train, y_train, epochs=20, verbose=0)
    return model


both = build(
    keras.layers.Bidirectional(
        keras.layers.LSTM(3, return_sequences=True, name="lstm"), name="both"
    )
)
trace = unrolled.trace(both, x_test[:4])
unrolled.draw(trace, y=y_test[:4])

# %%
# What to notice
# --------------

call = trace["both"]
forward, backward, returned = call.forward, call.backward, call.outputs[0]
print("forward h ", forward.h.shape, " backward h", backward.h.shape, " returned", returned.shape)
print("weights   ", forward.weights.formula, "and", backward.weights.formula)
print("first half of the output == forward h:  ", np.array_equal(returned[..., :3], forward.h))
print("second half of the output == backward h:", np.array_equal(returned[..., 3:], backward.h))

# %%
# - ``units`` is the width of one half. ``merge_mode="concat"``, the default, puts the two side by
#   side, so the output is twice as wide; ``"sum"``, ``"mul"`` and ``"ave"`` keep the width.
# - The halves share only the input: each has its own weights, and neither reads the states of the
#   other.
# - The backward half begins at the last step. Keras reverses its output, so that both halves of
#   step t belong to the same hour: one knows what came before, the other what comes after.
#
# One vector per window
# ---------------------
# With ``return_sequences=False`` each half returns the ``h`` of the step it reads last. For the
# forward half that is the last step, for the backward half it is the first one:

last = keras.layers.Bidirectional(keras.layers.LSTM(3, name="lstm"), name="both")
one_vector = keras.Sequential(
    [keras.Input((timesteps, 2)), last, keras.layers.Dense(1, name="dense")]
)
last.set_weights(both.get_layer("both").get_weights())
vector = unrolled.trace(one_vector, x_test[:4])["both"].outputs[0]
print("returned", vector.shape)
print(
    "forward h at t=4, backward h at t=0:",
    np.allclose(vector[:, :3], forward.h[:, -1], atol=1e-6),
    end=", ",
)
print(np.allclose(vector[:, 3:], backward.h[:, 0], atol=1e-6))
unrolled.draw(one_vector, x_test[:4])

# %%
# What it learned
# ---------------
# A layer that reads forward knows one reading at the first step and five at the last. One that
# reads backward is at its best at the other end. A wider forward layer, with about as many weights
# as the two halves together, has the same cold start:

models = {
    "forward": build(keras.layers.LSTM(5, return_sequences=True)),
    "bidirectional": both,
}
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for place, (name, model) in enumerate(models.items()):
    error = np.abs(model.predict(x_test, verbose=0) - y_test).mean(axis=(0, 2)) * flow_std
    print(
        f"mean error at each step, {name:13s}",
        error.round(3),
        f"bar per hour, {model.count_params()} weights",
    )
    ax.bar(
        np.arange(timesteps) + 0.4 * (place - 0.5),
        error,
        0.38,
        label=name,
        color=["#b45309", "#1d4ed8"][place],
    )
ax.set(
    title="Error of the flow, held-out hours",
    xlabel="timestep t in the window",
    ylabel="mean error (bar per hour)",
)
fig.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# If you take the last step of the sequence, as you would for a layer that reads forward, you get a
# vector of the right shape. But half of it comes from a layer that has read only one hour:

sliced = returned[:, -1]
print("shape as returned with return_sequences=False:", sliced.shape == vector.shape)
print("the same forward half: ", np.allclose(sliced[:, :3], vector[:, :3], atol=1e-6))
print("the same backward half:", np.allclose(sliced[:, 3:], vector[:, 3:], atol=1e-6))

earlier = x_test[:4].copy()
earlier[:, :-1] = 0  # other readings in all hours but the last
changed = unrolled.trace(both, earlier)["both"].outputs[0][:, -1]
print("after other readings in the first four hours, its backward half is")
print("the same as before:    ", np.allclose(changed[:, 3:], sliced[:, 3:], atol=1e-6))

# %%
# The other mistake is to use it for forecasting. A backward half needs the hours after the step; if
# the label comes after the window, the backward half adds nothing but weights.
#
# Related
# -------
# - The forward half alone: :ref:`many to many
#   <sphx_glr_auto_gallery_10_data_flow_plot_20_many_to_many.py>`.
# - Layers on top of each other instead of side by side:
#   :ref:`several layers <sphx_glr_auto_gallery_10_data_flow_plot_50_multi_layer.py>`.
