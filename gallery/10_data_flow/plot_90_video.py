"""
Video
=====

Each timestep is an image. ``ConvLSTM2D`` is an LSTM whose states are images too, and whose gates
are computed by convolutions. What are the five axes of ``x``, how large are the states, and what
happens to the images in an ordinary LSTM?
"""

# %%
# Small films
# -----------
# A camera looks at the water in a tank: 6 by 6 pixels, with one warm spot that drifts to one of the
# four sides, one pixel per frame. Each sample is four frames, and the label is the frame after
# them.

import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

rng = np.random.default_rng(0)
frames, size = 4, 6


def film(samples, size=size):
    made = np.zeros((samples, frames + 1, size, size, 1), "float32")
    for sample in made:
        way = [(0, 1), (0, -1), (1, 0), (-1, 0)][rng.integers(4)]
        start = [
            rng.integers(frames if step < 0 else 0, size - frames if step > 0 else size)
            for step in way
        ]
        for t, frame in enumerate(sample):
            frame[start[0] + t * way[0], start[1] + t * way[1]] = 1
    return made[:, :-1], made[:, -1]


x_train, y_train = film(300)
x_test, y_test = film(100)
print("x (batch, timesteps, rows, columns, channels)", x_train.shape)
print("y (batch, rows, columns, channels)           ", y_train.shape)

# %%
# The model, drawn
# ----------------
# Each column of squares is now a small image. ``h`` and ``c`` are maps with the rows and columns of
# the frames, one map for each filter.


def build(size):
    keras.utils.set_random_seed(1)
    layers = [
        keras.Input((frames, size, size, 1)),
        keras.layers.ConvLSTM2D(3, kernel_size=3, padding="same", name="conv_lstm"),
        keras.layers.Conv2D(
            1, kernel_size=3, padding="same", activation="sigmoid", name="next_frame"
        ),
    ]
    return keras.Sequential(layers, name="video")


model = build(size)
model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
model.fit(x_train, y_train, epochs=25, verbose=0)
trace = unrolled.trace(model, x_test[:3])
unrolled.draw(trace, y=y_test[:3])

# %%
# What to notice
# --------------

call = trace["conv_lstm"]
print("x       ", call.x.shape)
print("h       ", call.h.shape, "at every step")
print("gate f  ", call.gates["f"].shape)
print(
    "returned", call.outputs[0].shape, "== last h?", np.array_equal(call.outputs[0], call.h[:, -1])
)
print("weights ", call.weights.formula)

# %%
# - ``filters`` is the last axis of ``h``, like ``units`` in other layers. There is one forget gate
#   for each pixel and filter.
# - The size of the image isn't in the formula for the weights: the same kernel is used at every
#   place and step.
# - A pixel of ``h`` knows its neighbours from the previous step, their neighbours from the step
#   before that, and so on. So the layer can follow a motion only as fast as the kernel is wide.
# - Without ``padding="same"`` the maps become smaller than the frames.
#
# What it learned
# ---------------
# The right answer for the next frame is one pixel. The prediction is the place where the output is
# largest:


def place(images):
    return images.reshape(len(images), -1).argmax(axis=1)


predicted = model.predict(x_test, verbose=0)
stays = x_test[:, -1]
print(f"right place in the next frame: {np.mean(place(predicted) == place(y_test)):.0%}")
print(f"if the spot stayed where it is: {np.mean(place(stays) == place(y_test)):.0%}")

fig, axes = plt.subplots(3, frames + 2, figsize=(6.8, 3.7), layout="constrained")
for sample, row in enumerate(axes):
    images = [*x_test[sample], y_test[sample], predicted[sample]]
    titles = [*(f"t = {t}" for t in range(frames)), "y", "output"]
    for ax, image, title in zip(row, images, titles, strict=True):
        ax.imshow(image[:, :, 0], cmap="Greys", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[], title="" if sample else title)
plt.show()

# %%
# A larger image
# --------------
# The weights don't depend on the size of the frames. With the same weights a model for 9 by 9
# pixels works at once:

large = build(size=9)
large.set_weights(model.get_weights())
x_large, y_large = film(100, size=9)
print("x", x_large.shape, "h", unrolled.trace(large, x_large[:3])["conv_lstm"].h.shape)
print(
    "right place in the next frame: "
    f"{np.mean(place(large.predict(x_large, verbose=0)) == place(y_large)):.0%}"
)

# %%
# What goes wrong
# ---------------
# An ordinary LSTM takes images as vectors, with one feature for each pixel. Keras raises no error,
# but places share no weights: what the layer learns about one corner it doesn't know about the
# others, and frames of a different size don't fit.

pixels = size * size
flat = keras.Sequential([keras.Input((frames, pixels)), keras.layers.LSTM(pixels, name="lstm")])
vectors = unrolled.trace(flat, x_test.reshape(-1, frames, pixels)[:3])["lstm"]
print(f"ConvLSTM2D {call.weights.formula} weights, h", call.h.shape)
print(f"LSTM       {vectors.weights.formula} weights, h", vectors.h.shape)

# %%
# Grey films need an axis for channels too. Without it you get:

try:
    keras.layers.ConvLSTM2D(3, kernel_size=3)(x_test[..., 0])
except ValueError as error:
    print(textwrap.fill(str(error), 90))

# %%
# Related
# -------
# - The vector at every step, and the gates: :doc:`/diagram`.
# - Convolution over time instead of over the image: :ref:`convolution in front
#   <sphx_glr_auto_gallery_10_data_flow_plot_85_convolution_in_front.py>`.
