"""
Attention
=========

A decoder that knows only the encoder's last states must find everything in one vector. What does it
read with attention, and what decides where it looks?

With attention the decoder reads all steps of the encoder at each of its own steps, and weighs them.

.. first-picture::

   The squares under each step of ``Attention`` are its weights, one for each step of the encoder:
   the first word written looks at the last word read.

- ``Attention`` gets two sequences: a query from the decoder, and one to read from the encoder.
- A weight begins as the product of one ``h`` of the decoder with one ``h`` of the encoder. Softmax
  over the encoder's steps turns the products into shares.
- This layer doesn't decide where the decoder looks. The two GRUs do: training makes the product
  large where it helps.
- The output of ``Attention`` has the timesteps of the query: one mean for each step of the decoder.
"""

# %%
# The data
# --------
# Five words go in, as ids, and the same five come out in reverse order. The decoder reads the word
# that it had to write one step before, and 0 at the first step.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

timesteps, words, units = 5, 6, 10
read = np.random.default_rng(0).integers(1, words, (2000, timesteps)).astype("int32")
y = read[:, ::-1]
written = np.pad(y[:, :-1], ((0, 0), (1, 0)))
n = 1600  # the others are held out
print("read", read[0], " written", written[0], " y", y[0])

# %%
# The model
# ---------


def build(asks="decoder"):
    keras.utils.set_random_seed(1)
    source = keras.Input((timesteps,), dtype="int32", name="read")
    target = keras.Input((timesteps,), dtype="int32", name="written")
    look_up = keras.layers.Embedding(words, 4, name="embedding")
    encoder = keras.layers.GRU(units, return_sequences=True, return_state=True, name="encoder")
    value, state = encoder(look_up(source))
    decoder = keras.layers.GRU(units, return_sequences=True, name="decoder")
    query = decoder(look_up(target), initial_state=state)
    order = [query, value] if asks == "decoder" else [value, query]
    context = keras.layers.Attention(use_scale=True, name="attention")(order)
    h = keras.layers.Concatenate(name="both")([query, context])
    word = keras.layers.Dense(words, activation="softmax", name="word")(h)
    model = keras.Model([source, target], word, name="reverse")
    model.compile(keras.optimizers.Adam(0.03), "sparse_categorical_crossentropy")
    model.fit([read[:n], written[:n]], y[:n], epochs=20, batch_size=64, verbose=0)
    return model


model = build()
unrolled.draw(model, [read[n : n + 3], written[n : n + 3]], y[n : n + 3])

# %%
# The same with NumPy: the layer returns the mean of the encoder's ``h`` with these shares.

trace = unrolled.trace(model, [read[n:], written[n:]])
weights, value = trace["attention"].attention, trace["encoder"].h
[scale] = model.get_layer("attention").get_weights()
scores = np.exp(scale * trace["decoder"].h @ value.transpose(0, 2, 1))
shares = scores / scores.sum(axis=-1, keepdims=True)
returned = trace["attention"].outputs[0]
print("softmax of the products:", np.allclose(shares, weights, atol=1e-5), end=", ")
print("returned = shares · h:", np.allclose(shares @ value, returned, atol=1e-5))

# %%
# What it learned
# ---------------
# The plot shows the mean weights on held-out samples; the right answer is the diagonal. The decoder
# can partly do the last steps without looking, because it began with the encoder's last ``h``.

fig, ax = plt.subplots(figsize=(4.6, 4), layout="constrained")
image = ax.imshow(weights.mean(axis=0), cmap="Greens", vmin=0, vmax=1)
ax.set(title="Mean attention weight", xlabel="timestep t of the encoder")
ax.set(ylabel="timestep t of the decoder")
fig.colorbar(image, shrink=0.8)
plt.show()

# %%
# What goes wrong
# ---------------
# If both sequences have the same shape, the wrong order raises no error. But then the
# encoder's steps are the queries, and the decoder's steps get what was found for others: the model
# learns less.

for name, each in {"decoder asks": model, "encoder asks": build(asks="encoder")}.items():
    guess = np.argmax(each([read[n:], written[n:]]), axis=-1)
    print(f"{name}: {np.mean(guess == y[n:]):.0%} of the words right")

# %%
# Related
# -------
# - The same two layers, joined only by states: :ref:`encoder and decoder
#   <sphx_glr_auto_gallery_10_data_flow_plot_60_encoder_decoder.py>`.
