"""
Video
=====

Each timestep is an image. What are the five axes of ``x``, and how large are the states?

``ConvLSTM2D`` is an LSTM whose states are images too, and whose gates are computed by convolutions.

.. first-picture::

   Each column of numbers is now a small image. ``h`` and ``c`` are maps with the rows and columns
   of the frames, one for each filter.

- ``x`` is ``(batch, timesteps, rows, columns, channels)``.
- ``filters`` is the last axis of ``h``, like ``units`` in other layers. There is one forget gate
  for each pixel and filter.
- The size of the image isn't in the formula for the weights: every place and step uses the same
  kernel.
"""

# %%
# The data
# --------
# The films have 6 by 6 pixels, with one spot that drifts to one of the four sides, one pixel per
# frame. Each sample is four frames, and the label is the frame after them.

import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

rng, frames = np.random.default_rng(0), 4


def film(samples, size=6):
    made = np.zeros((samples, frames + 1, size, size, 1), "float32")
    for sample in made:
        way = np.array([(0, 1), (0, -1), (1, 0), (-1, 0)][rng.integers(4)])
        start = rng.integers(size - frames * abs(way)) + frames * (way < 0)
        for t, frame in enumerate(sample):
            frame[tuple(start + t * way)] = 1
    return made[:, :-1], made[:, -1]


x_train, y_train = film(300)
x_test, y_test = film(100)
print("x", x_train.shape, " y", y_train.shape)

# %%
# The model
# ---------


def build(size):
    keras.utils.set_random_seed(1)
    film = keras.Input((frames, size, size, 1))
    lstm = keras.layers.ConvLSTM2D(3, kernel_size=3, padding="same", name="conv_lstm")
    output = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="next_frame")
    return keras.Sequential([film, lstm, output], name="video")


model = build(size=6)
model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
model.fit(x_train, y_train, epochs=25, verbose=0)
unrolled.draw(model, x_test[:3], y_test[:3])

# %%
# What it learned
# ---------------
# The prediction is the place where the output is largest. The weights don't depend on the size of
# the frames, so you can copy them into a model for 9 by 9 pixels.


def place(images):
    return images.reshape(len(images), -1).argmax(axis=1)


large, (x_large, y_large) = build(size=9), film(100, size=9)
large.set_weights(model.get_weights())
predicted = model.predict(x_test, verbose=0)
larger = large.predict(x_large, verbose=0)
shares = [np.mean(place(predicted) == place(y_test)), np.mean(place(larger) == place(y_large))]
print("right place: {:.0%}, of 9 by 9 pixels: {:.0%}".format(*shares))

fig, axes = plt.subplots(1, frames + 2, figsize=(6.8, 1.6), layout="constrained")
titles = [*(f"t = {t}" for t in range(frames)), "y", "output"]
for ax, image, title in zip(axes, [*x_test[0], y_test[0], predicted[0]], titles, strict=True):
    ax.imshow(image[:, :, 0], cmap="Greys", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[], title=title)
plt.show()

# %%
# What goes wrong
# ---------------
# Grey films need an axis for channels too. Without it ``ConvLSTM2D`` raises an error:

try:
    keras.layers.ConvLSTM2D(3, kernel_size=3)(x_test[..., 0])
except ValueError as error:
    print(textwrap.fill(str(error), 90))

# %%
# Related
# -------
# - Convolution over time: :ref:`convolution in front
#   <sphx_glr_auto_gallery_10_data_flow_plot_85_convolution_in_front.py>`.
