"""
Attention
=========

A decoder that knows only the encoder's last states must find everything in one vector. With
attention it reads all steps of the encoder at each of its own steps, and chooses. What does it
choose, and what decides that?
"""

# %%
# A task whose answer is known
# ----------------------------
# Five words go in, as ids, and the same five words come out in reverse order. So you know where the
# decoder should look: at its first step to the last word, at its last step to the first. At each
# step the decoder reads the word that it had to write at the previous step, and 0 at the first
# step.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

rng = np.random.default_rng(0)
timesteps, words, units = 5, 6, 10
read = rng.integers(1, words, (2000, timesteps)).astype("int32")
y = read[:, ::-1]
written = np.pad(y[:, :-1], ((0, 0), (1, 0)))
n = 1600  # the others are held out
print("read   ", read.shape, read[0])
print("written", written.shape, written[0])
print("y      ", y.shape, y[0])

# %%
# The model, drawn
# ----------------
# The encoder returns its ``h`` at every step. ``Attention`` gets two sequences: the query from the
# decoder, and the sequence to read from the encoder. The squares under a step are its weights, one
# for each step of the encoder; more blue means more weight.


def build(attention="decoder asks encoder"):
    keras.utils.set_random_seed(1)
    source, target = (
        keras.Input((timesteps,), dtype="int32", name=name) for name in ("read", "written")
    )
    look_up = keras.layers.Embedding(words, 4, name="embedding")
    value, state = keras.layers.GRU(
        units, return_sequences=True, return_state=True, name="encoder"
    )(look_up(source))
    query = h = keras.layers.GRU(units, return_sequences=True, name="decoder")(
        look_up(target), initial_state=state
    )
    if attention:
        asked = [query, value] if attention == "decoder asks encoder" else [value, query]
        context = keras.layers.Attention(use_scale=True, name="attention")(asked)
        h = keras.layers.Concatenate(name="both")([query, context])
    output = keras.layers.Dense(words, activation="softmax", name="word")(h)
    model = keras.Model([source, target], output, name="reverse")
    model.compile(keras.optimizers.Adam(0.03), "sparse_categorical_crossentropy")
    model.fit([read[:n], written[:n]], y[:n], epochs=20, batch_size=64, verbose=0)
    return model


model = build()
trace = unrolled.trace(model, [read[n:], written[n:]])
unrolled.draw(model, [read[n : n + 3], written[n : n + 3]], y[n : n + 3])

# %%
# What to notice
# --------------
# A weight begins as the product of one ``h`` of the decoder with one ``h`` of the encoder, times a
# scale. Softmax over the steps of the encoder turns the products into shares. The layer returns the
# mean of the encoder's ``h``, weighted by these shares:

weights = trace["attention"].attention
query, value = trace["decoder"].h, trace["encoder"].h
[scale] = model.get_layer("attention").get_weights()
scores = scale * query @ value.transpose(0, 2, 1)
shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
shares /= shares.sum(axis=-1, keepdims=True)
print("weights (batch, timesteps of the decoder, timesteps of the encoder)", weights.shape)
print("softmax of the products: ", np.allclose(shares, weights, atol=1e-5))
print(
    "returned = shares · h:   ",
    np.allclose(shares @ value, trace["attention"].outputs[0], atol=1e-5),
)
print(
    "what the layer learned:  ", trace["attention"].weights.count, f"number, the scale {scale:.2f}"
)

# %%
# - The layer itself doesn't decide where the decoder looks, because it learns at most one number.
#   The two GRUs decide: training gives their ``h`` a large product where it helps.
# - The output no longer has the axis of the encoder's timesteps. It has the timesteps of the query:
#   one mean for each step of the decoder.
# - The encoder needs ``return_sequences=True`` for the attention and ``return_state=True`` for the
#   decoder.
#
# What it learned
# ---------------
# The plot shows the mean of the weights over the held-out samples. The right answer is the diagonal
# from the lower left:

print(weights.mean(axis=0).round(2))
fig, ax = plt.subplots(figsize=(4.6, 4), layout="constrained")
image = ax.imshow(weights.mean(axis=0), cmap="Greens", vmin=0, vmax=1)
ax.set(
    title="Mean attention weight",
    xlabel="timestep t of the encoder",
    ylabel="timestep t of the decoder",
)
fig.colorbar(image, shrink=0.8)
plt.show()

# %%
# The decoder can partly do the last steps without looking: it began with the encoder's last ``h``,
# and it knows what it wrote. Without attention all of it must go through that one vector:

plain = build(attention=None)
for name, each in {"with attention": model, "without": plain}.items():
    guess = np.argmax(each([read[n:], written[n:]]), axis=-1)
    right = (guess == y[n:]).mean(axis=0)
    print(f"{name:14s} right at each step:", *(f"{share:.0%}" for share in right))

# %%
# What goes wrong
# ---------------
# The usual mistake is the order of the two sequences. The first is the query, the second is the one
# to read. If both have the same number of timesteps and units, Keras raises no error for the wrong
# order. Then step t of the encoder reads all steps of the decoder, including words that are still
# to be written: the model looks fine in training, and is of little use afterwards.

swapped = build(attention="encoder asks decoder")
known = [read[n:], written[n:]]
unknown = [read[n:], np.where(np.arange(timesteps) < 1, written[n:], 0)]  # nothing written yet
for name, each in {"decoder asks encoder": model, "encoder asks decoder": swapped}.items():
    for told, inputs in {"as in training": known, "nothing written yet": unknown}.items():
        first = np.argmax(each(inputs)[:, 0], axis=-1)
        print(f"{name}, {told:19s}: first word right {np.mean(first == y[n:, 0]):.0%}")

# %%
# Related
# -------
# - The same two layers, joined only by states: :ref:`encoder and decoder
#   <sphx_glr_auto_gallery_10_data_flow_plot_60_encoder_decoder.py>`.
# - Ids, vectors and padding: :ref:`embedding and masking
#   <sphx_glr_auto_gallery_10_data_flow_plot_40_embedding.py>`.
